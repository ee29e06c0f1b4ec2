"""The one thing the pages ask Airflow: who reads, and may they? Nothing else here knows Airflow."""

from typing import Annotated, Any

from airflow.api_fastapi.auth.managers.models.resource_details import AccessView
from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_view
from fastapi import Depends, HTTPException, status

from customer_hub.steward.session import Steward

ROLES = frozenset({"Data Steward", "Admin"})
_plugins_permission = Depends(requires_access_view(AccessView.PLUGINS))


def require_steward(user: GetUserDep, _permission: Annotated[None, _plugins_permission]) -> Steward:
    """Return the reader.

    Raises:
        HTTPException: 401 without a log-in (from Airflow), 403 without one of `ROLES` or without
            the permission to see plugins.
    """
    if not ROLES & _role_names(user):
        raise HTTPException(status.HTTP_403_FORBIDDEN, "the role Data Steward is needed")
    return Steward(str(user.get_id()))


def _role_names(user: Any) -> set[str]:
    """Return the reader's roles under the FAB auth manager, which alone has roles of our own."""
    return {str(role.name) for role in getattr(user, "roles", None) or ()}

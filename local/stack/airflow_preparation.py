"""Prepare Airflow's metadata database: tables, roles and users, in one process.

Each `airflow` command would cost a start-up of its own. Run with the stack's Airflow environment;
standard input holds the users as JSON: ``[{"name": .., "role": .., "password": ..}]``. Running it
again changes nothing but the passwords, which are set to those given.
"""

from __future__ import annotations

import json
import sys
from typing import Any

STEWARD_ROLE = "Data Steward"
# What the steward's page needs: to be seen in the menu, and to be read.
STEWARD_PERMISSIONS = (("can_read", "Plugins"), ("menu_access", "Plugins"), ("can_read", "Website"))
MAIL_DOMAIN = "hub.example"


def migrate_database() -> None:
    """Create or upgrade the tables, as `airflow db migrate` does."""
    from airflow.utils.db import upgradedb

    upgradedb()


def ensure_accounts(users: list[dict[str, str]]) -> None:
    """Make sure of the steward's role and of the users, with the passwords given."""
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

    with get_application_builder() as builder:
        security = builder.sm
        security.sync_roles()
        _ensure_steward_role(security)
        for user in users:
            _ensure_user(security, user)


def _ensure_steward_role(security: Any) -> None:
    role = security.find_role(STEWARD_ROLE) or security.add_role(STEWARD_ROLE)
    held = {(each.action.name, each.resource.name) for each in role.permissions}
    for action, resource in STEWARD_PERMISSIONS:
        if (action, resource) not in held:
            security.add_permission_to_role(role, security.create_permission(action, resource))


def _ensure_user(security: Any, user: dict[str, str]) -> None:
    name = user["name"]
    known = security.find_user(username=name)
    if known is not None:
        security.reset_password(known.id, user["password"])
        return
    made = security.add_user(
        name, name.title(), "Local", f"{name}@{MAIL_DOMAIN}",
        security.find_role(user["role"]), user["password"],
    )  # fmt: skip
    if not made:
        raise SystemExit(f"user {name} could not be made; see the log above")


if __name__ == "__main__":
    migrate_database()
    ensure_accounts(json.load(sys.stdin))

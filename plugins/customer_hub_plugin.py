"""Register the customer pages with Airflow: one web app and one menu entry."""

from airflow.plugins_manager import AirflowPlugin

from customer_hub.steward.door import LazyApp


class CustomerHubPlugin(AirflowPlugin):
    """The steward's pages under /hub."""

    name = "customer_hub"
    fastapi_apps = [{"app": LazyApp(), "url_prefix": "/hub", "name": "Customer hub"}]  # noqa: RUF012
    external_views = [  # noqa: RUF012
        {
            "name": "Customers",
            "href": "hub/",
            "destination": "nav",
            "url_route": "customers",
            "nav_top_level": True,
            "icon": "hub/static/icon.svg",
            "icon_dark_mode": "hub/static/icon_dark.svg",
        }
    ]

"""Access to channels from Airflow connections; the secrets stay in this process's memory."""

from airflow.sdk import Connection

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import Access, Channel


def open_channel(config: ChannelConfig) -> Channel:
    """Return the channel of `config`, reached as its Airflow connection says."""
    connection = Connection.get(config.connection)
    scheme = connection.conn_type or "https"
    port = f":{connection.port}" if connection.port else ""
    path = f"/{connection.schema.strip('/')}" if connection.schema else ""
    access = Access(
        base_url=f"{scheme}://{connection.host or ''}{port}{path}",
        login=connection.login or "",
        password=connection.password or "",
        extra={key: str(value) for key, value in connection.extra_dejson.items()},
    )
    return config.load_system().open_channel(config, access)

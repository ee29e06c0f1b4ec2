"""Access to channels from Airflow connections; the secrets stay in this process's memory."""

from urllib.parse import quote

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import Access, Channel, Target
from customer_hub.channels.fitting import check_fit
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.pace import SharedPace
from customer_hub.core.tokens import SharedTokens


def open_channel(config: ChannelConfig) -> Channel:
    """Return the channel of `config`, reached as its Airflow connection says.

    Raises:
        ConfigurationError: the connection cannot be used, or the channel's TOML does not fit its
            system.
    """
    check_fit(config)
    return config.load_system().open_channel(config, read_access(config))


def read_access(config: ChannelConfig) -> Access:
    """Return what the Airflow connection of a channel holds, with what all its tasks share.

    As in Airflow's HTTP connections the schema names the scheme (https when there is none); a
    folder's path, of a `file` connection, is the extra `path`. On S3 (`aws`) the extra holds
    `bucket` and `prefix`.

    Raises:
        ConfigurationError: there is no such connection.
    """
    try:
        connection = Connection.get(config.connection)
    except AirflowNotFoundException:
        raise ConfigurationError(
            f"there is no Airflow connection {config.connection}",
            where=config.name,
            hint=f"add it on Airflow's page Connections, or set AIRFLOW_CONN_{config.connection.upper()};"
            " see docs/guides/add-a-channel.md, '2. The connection'",
        ) from None
    extra = {key: str(value) for key, value in connection.extra_dejson.items()}
    return Access(
        base_url=_make_url(connection, extra),
        login=connection.login or "",
        password=connection.password or "",
        extra=extra,
        pace=SharedPace(config.connection),
        tokens=SharedTokens(config.connection),
    )


def open_target(config: ChannelConfig) -> Target:
    """Return the channel of `config` as one that is written to.

    Raises:
        ConfigurationError: its system is read-only.
    """
    channel = open_channel(config)
    if not isinstance(channel, Target):
        raise ConfigurationError(
            f"{config.system} is read-only",
            where=config.name,
            hint="set publish = false in include/channels",
        )
    return channel


def _make_url(connection: Connection, extra: dict[str, str]) -> str:
    kind = connection.conn_type
    if kind in ("aws", "s3"):
        return f"s3://{extra.get('bucket', '')}/{quote(extra.get('prefix', '').lstrip('/'))}"
    scheme = kind if kind in ("sftp", "file") else connection.schema or "https"
    port = f":{connection.port}" if connection.port else ""
    return f"{scheme}://{connection.host or ''}{port}{extra.get('path', '')}"

"""The one place where a channel over HTTP is opened; plain http and a faster rate are asked for here.

Both stand in the connection's `extra`, beside the address that they are about: a channel's TOML is
the same for a sandbox and for the real system, and permits neither.
"""

from requests.auth import AuthBase

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import Access
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.http import HttpClient
from customer_hub.core.http_answer import Dialect
from customer_hub.core.patience import Patience


def open_http(
    config: ChannelConfig, access: Access, auth: AuthBase, dialect: Dialect | None = None
) -> HttpClient:
    """Return the client of a channel; opens no connection yet.

    Raises:
        ConfigurationError: an address or an `extra` that cannot be used, or plain http unasked.
    """
    return HttpClient(
        config.name,
        access.base_url,
        auth=auth,
        allow_insecure=_permits_insecure(config, access),
        requests_per_second=_read_rate(config, access),
        patience=Patience.from_extra(access.extra),
        pace=access.pace,
        dialect=dialect,
    )


def _permits_insecure(config: ChannelConfig, access: Access) -> bool:
    given = access.extra.get("allow_insecure", "false").lower()
    if given not in ("true", "false"):
        raise _wrong(config, "allow_insecure is neither true nor false")
    return given == "true"


def _read_rate(config: ChannelConfig, access: Access) -> float:
    given = access.extra.get("requests_per_second")
    if given is None:
        return config.requests_per_second
    try:
        rate = float(given)
    except ValueError:
        raise _wrong(config, "requests_per_second is no number") from None
    if not 0 < rate <= 1000:
        raise _wrong(config, "requests_per_second is not above 0 and at most 1000")
    return rate


def _wrong(config: ChannelConfig, what: str) -> ConfigurationError:
    return ConfigurationError(
        what,
        where=config.name,
        hint=f"correct the extra of the Airflow connection {config.connection}",
    )

"""A described system as the hub knows systems: read from its TOML, checked, ready to open."""

import tomllib
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from requests.auth import AuthBase

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import Access, Capabilities, Standard
from customer_hub.channels.rest.asking import WindowOnly
from customer_hub.channels.rest.auth import make_auth
from customer_hub.channels.rest.channel import DescribedChannel
from customer_hub.channels.rest.checking import find_faults
from customer_hub.channels.rest.description import Description, Entity
from customer_hub.channels.rest.dialect import DescribedDialect
from customer_hub.channels.rest.mapping import map_payload
from customer_hub.channels.rest.pages import Asker
from customer_hub.channels.web_access import open_http
from customer_hub.core.errors import ConfigurationError
from customer_hub.core.file_faults import describe_faults
from customer_hub.core.http import Budget, HttpClient


class DescribedSystem:
    """What `contract.System` asks for, out of a description."""

    def __init__(self, description: Description) -> None:
        """Offer what `description` says."""
        self._description = description
        self._entities = description.read_entities()
        self.CAPABILITIES = {name: _judge(entity) for name, entity in self._entities.items()}
        self.STANDARD = {
            name: Standard(entity.remote, **entity.standard.model_dump())
            for name, entity in self._entities.items()
        }
        written = {name: entity.write for name, entity in self._entities.items() if entity.write}
        self.WRITABLE = {name: tuple(write.slots) for name, write in written.items()}
        self.CREATABLE = {
            name: (*write.slots, *write.create.slots)
            for name, write in written.items()
            if write.create is not None
        }
        self.DELETABLE = tuple(name for name, write in written.items() if write.delete is not None)

    def open_channel(self, config: ChannelConfig, access: Access) -> DescribedChannel:
        """Return the channel; opens no connection yet.

        Raises:
            ConfigurationError: the connection lacks something, or its address cannot be used.
        """

        def open_bare(auth: AuthBase) -> HttpClient:
            return open_http(config, access, auth)

        auth = make_auth(self._description.auth, config, access, open_bare)
        http = open_http(config, access, auth, DescribedDialect(self._description))
        budgets = {}
        if "requests_per_second" not in access.extra:  # which outranks every other rate
            budgets = {
                name: Budget(name, rate.requests / rate.seconds)
                for name, rate in self._description.rates.items()
            }
        constants = self._description.constants
        asker = Asker(http, access.base_url, budgets, constants, config.page_size)
        return DescribedChannel(self._description, asker)

    def map_record(self, entity: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Map a native payload to the keys of RAW_FIELDS[entity]; pure, total."""
        return map_payload(entity, self._entities[entity], payload)


def _judge(entity: Entity) -> Capabilities:
    """Return what an entity can do, by what its description has."""
    changes, write = entity.changes, entity.write
    source = changes or entity.listing
    return Capabilities(
        cursor=changes.cursor if changes else "full_sweep",
        lag=timedelta(seconds=entity.lag_seconds),
        largest_page=source.size if source else 1,
        largest_query=changes.max_rows if isinstance(changes, WindowOnly) else None,
        shows_deletes=entity.deleted is not None,
        lists_ids=entity.listing is not None,
        children_move_parent=entity.children_move_parent,
        creates=write is not None and write.create is not None,
        concurrency="etag" if write and write.update.if_match else "none",
        batch_size=write.batch.size if write and write.batch else 1,
    )


@lru_cache(maxsize=32)
def read_system(path: Path) -> DescribedSystem:
    """Return the system that a TOML describes, read once.

    Raises:
        ConfigurationError: names every fault of the file at once.
    """
    try:
        description = Description(**tomllib.loads(path.read_text(encoding="utf-8")))
        faults = find_faults(description)
    except tomllib.TOMLDecodeError as error:
        faults = [str(error)]
    except ValidationError as error:
        faults = describe_faults(Description, error)
    if faults:
        raise ConfigurationError(
            f"{len(faults)} fault(s): " + "; ".join(faults),
            where=f"include/systems/{path.name}",
            hint="see plugins/customer_hub/channels/rest/README.md",
        )
    return DescribedSystem(description)

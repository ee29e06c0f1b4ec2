"""The files of one entity: their names, from the remote name in the TOML, and their template."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.file_drop.moment import read_local_time
from customer_hub.channels.template import DELETE, Template
from customer_hub.core.errors import ConfigurationError

_DAY = re.compile(r"_(\d{4})(\d{2})(\d{2})\.")


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of file: NAME_YYYYMMDD.csv or .xlsx.

    Args:
        name: the first part of the file name, and the remote name in the channel's TOML.
        entity: what its records are.
        template: how it is written.
    """

    name: str
    entity: str
    template: Template

    @property
    def is_grouped(self) -> bool:
        """Whether several rows make one record (a receipt)."""
        return self.entity == "sales_order"

    @property
    def key(self) -> str:
        """The column that holds the source id, as payloads name it."""
        return self.template.columns["id"][0]

    def read_text(self, payload: Mapping[str, Any], field: str) -> str:
        """Return the cell of a field without blanks around it; "" where there is none."""
        return str(self.template.read_cell(payload, field) or "").strip()

    def read_time(self, payload: Mapping[str, Any], field: str, zone: ZoneInfo) -> datetime | None:
        """Return the moment in the cell of a field; None when it is none."""
        return read_local_time(self.read_text(payload, field), zone, self.template.times)

    def is_deleted(self, payload: Mapping[str, Any]) -> bool:
        """Tell whether a row says that its record is gone."""
        codes = self.template.values.get("status", {})
        return codes.get(self.read_text(payload, "status")) == DELETE

    def name_file(self, day: date) -> str:
        """Return the name of the file of a business day."""
        return f"{self.name}_{day:%Y%m%d}.{self.template.format}"

    def read_day(self, name: str) -> date | None:
        """Return the business day of a file by its final name; None for any other name."""
        match = _DAY.match(name, len(self.name))
        try:
            day = date(int(match[1]), int(match[2]), int(match[3])) if match else None
        except ValueError:
            return None
        return day if day is not None and name == self.name_file(day) else None


def find_layout(config: ChannelConfig, entity: str) -> Layout:
    """Return the layout of an entity's files.

    Raises:
        ConfigurationError: the channel's TOML has no column template for it.
    """
    setting = config.entities.get(entity)
    if setting is None or setting.template is None:
        raise ConfigurationError(
            f"there is no column template for {entity}",
            where=f"include/channels/{config.name}.toml",
            hint=f"declare [entities.{entity}.template]; see docs/guides/add-a-channel.md",
        )
    return Layout(setting.remote, entity, setting.template)

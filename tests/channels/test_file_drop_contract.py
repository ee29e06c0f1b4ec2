"""The contract's own assertions, over SFTP, a folder and S3, with CSV and with Excel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from customer_hub.channels.config import ChannelConfig
from customer_hub.channels.contract import Channel
from customer_hub.core.errors import ChannelUnavailableError
from tests.channels import test_contract as contract
from tests.channels.drop_places import (
    FORMATS,
    PLACES,
    Place,
    drop_config,
    open_place,
    write_xlsx,
)
from tests.channels.file_drop_server import MEMBERS, SALES, member, sale, write_csv
from tests.channels.peers import PEERS

ROWS = 24
NAME = "drop"
CREATED = "2025-03-04 13:06:07"  # in Shanghai
SHANGHAI = timedelta(hours=8)
SHARED = [
    contract.test_a_window_gives_every_record_once_or_more,
    contract.test_days_together_give_what_the_window_gives,
    contract.test_reading_goes_on_after_any_page,
    contract.test_reading_twice_gives_the_same_payloads,
    contract.test_records_map_to_all_raw_fields_and_nothing_is_unknown,
    contract.test_an_unknown_field_is_named,
]


@dataclass
class DropPeer:
    """A drop in the form that the suite asks for: both the peer and what its sandbox holds."""

    place: Place
    settings: ChannelConfig
    remote: dict[str, str] = field(
        default_factory=lambda: {"customer": "members", "sales_order": "sales"}
    )

    def config(self) -> ChannelConfig:
        """The channel's configuration."""
        return self.settings

    def open(self, _sandbox: Any) -> Channel:
        """The channel, open on the place."""
        return self.settings.load_system().open_channel(self.settings, self.place.access())

    def rows(self, _sandbox: Any, entity: str) -> dict[str, dict[str, Any]]:
        """What the files hold."""
        remote = self.remote[entity]
        ids = [f"{remote[0]}{number}" for number in range(1, ROWS + 1)]
        return {
            key: {"id": key, "deleted": False, "modified_at": _show(_moment(number))}
            for number, key in enumerate(ids, 1)
        }


def _moment(number: int) -> datetime:
    """The first thirteen share a second of the first day, as in the other systems' worlds."""
    if number <= 13:
        return datetime(2026, 11, 16, 1, tzinfo=UTC)
    return datetime(2026, 11, 16 + number % 3, 1, 0, number, tzinfo=UTC)


def _show(moment: datetime, offset: timedelta = timedelta()) -> str:
    return (moment.replace(tzinfo=None) + offset).isoformat(" ")


def _fill(place: Place, file_format: str) -> None:
    for day in (16, 17, 18):
        numbers = [n for n in range(1, ROWS + 1) if _moment(n).day == day]
        texts = {n: _show(_moment(n), SHANGHAI) for n in numbers}
        members = [
            member(f"m{n}", texts[n], 姓名=f"王小明 {n}", 手机="13900000000", 开卡时间=CREATED)
            for n in numbers
        ]
        sales = [
            sale(f"s{n}", line, 会员号=f"m{n}", 交易时间=CREATED, 更新时间=texts[n])
            for n in numbers
            for line in ("1", "2")
        ]
        for kind, header, rows in (("members", MEMBERS, members), ("sales", SALES, sales)):
            content = (
                write_xlsx(header, rows)
                if file_format == "xlsx"
                else write_csv(header, rows).encode("gb18030")
            )
            place.put(f"{kind}_202611{day}.{file_format}", content)


@pytest.fixture(scope="module", params=[(p, f) for p in PLACES for f in FORMATS], ids=str)
def dropped(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DropPeer]:
    kind, file_format = request.param
    folder = tmp_path_factory.mktemp("drop")
    with open_place(kind, folder, lambda: request.getfixturevalue("s3_server")) as place:
        _fill(place, file_format)
        yield DropPeer(place, drop_config(file_format))


@pytest.mark.s3
@pytest.mark.parametrize("entity", ["customer", "sales_order"])
@pytest.mark.parametrize("promise", SHARED, ids=lambda promise: promise.__name__)
def test_a_drop_keeps_the_contract(
    dropped: DropPeer, entity: str, promise: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PEERS, NAME, dropped)
    promise(dropped, NAME, entity)


@pytest.mark.s3
@pytest.mark.parametrize("entity", ["customer", "sales_order"])
def test_pages_carry_the_end_of_their_day_and_the_clock_is_the_last(
    dropped: DropPeer, entity: str
) -> None:
    channel = dropped.open(None)
    pages = list(channel.extract(entity, contract.START, contract.END, None))
    ends = [datetime(2026, 11, day, 16, tzinfo=UTC) for day in (16, 17, 18)]
    assert sorted({page.seen_at for page in pages}) == ends
    assert channel.read_clock() == contract.END == ends[-1]


@pytest.mark.s3
def test_a_day_without_rows_ends_and_one_without_a_file_is_no_such_day(dropped: DropPeer) -> None:
    later = contract.END + timedelta(days=30)
    channel = dropped.open(None)
    with pytest.raises(ChannelUnavailableError, match="is missing"):
        list(channel.extract("customer", later, later + contract.DAY, None))
    before = contract.START - timedelta(days=9)
    assert list(channel.extract("customer", before, before + contract.DAY, None)) == []

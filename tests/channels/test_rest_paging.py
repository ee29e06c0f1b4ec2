"""The driver's paging: every way to turn pages gives all rows, and none goes on for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from customer_hub.core.errors import ChannelContentError, ConfigurationError
from tests.channels.rest_lab import (
    LISTING,
    NOW,
    START,
    Asked,
    Said,
    describe,
    make_rows,
    open_lab,
    read_ids,
    run_lab,
)

ROWS = make_rows(23)
IDS = {row["id"] for row in ROWS}


def take(asked: Asked, first: int) -> list[dict[str, Any]]:
    return ROWS[first : first + int(asked.query["size"])]


def by_page(asked: Asked) -> Said:
    first = (int(asked.query["page"]) - 1) * int(asked.query["size"])
    return Said({"rows": take(asked, first), "total": len(ROWS)})


def by_offset(asked: Asked) -> Said:
    return Said({"rows": take(asked, int(asked.query["offset"]))}, headers={"X-Total": "23"})


def by_cursor(asked: Asked) -> Said:
    first = int(asked.query.get("cursor", "t0")[1:])
    rows = take(asked, first)
    more = first + len(rows) < len(ROWS)
    return Said({"rows": rows, "next": f"t{first + len(rows)}", "more": more})


def by_end(asked: Asked) -> Said:
    first = int(asked.query.get("cursor", "t0")[1:])
    rows = take(asked, first)
    return Said({"rows": rows, "next": f"t{first + len(rows)}", "end": len(rows) < 5})


def by_link(asked: Asked) -> Said:
    first = int(asked.query.get("from", "0"))
    link = (
        f'<{address(asked)}/rows?size=5&from={first + 5}&x=%7Ba%7D>; rel="next", </x>; rel="prev"'
    )
    return Said({"rows": take(asked, first)}, headers={"Link": link} if first < 20 else {})


def by_next(asked: Asked) -> Said:
    first = int(asked.query.get("from", "0"))
    following = f"/rows?size=5&from={first + 5}" if first < 20 else None
    return Said({"rows": take(asked, first), "links": {"next": following}})


def address(asked: Asked) -> str:
    return f"http://{asked.headers['Host']}"


def request(**params: str) -> dict[str, Any]:
    return {"path": "/rows", "params": {"size": "{size}", **params}}


WAYS: dict[str, tuple[Callable[[Asked], Said], dict[str, Any]]] = {
    "page": (
        by_page,
        {"paging": {"kind": "page"}, "total": "total", "request": request(page="{page}")},
    ),
    "offset": (
        by_offset,
        {
            "paging": {"kind": "offset"},
            "total_header": "X-Total",
            "request": request(offset="{offset}"),
        },
    ),
    "cursor": (
        by_cursor,
        {
            "paging": {"kind": "cursor", "next": "next", "more": "more"},
            "request": request(cursor="{cursor}"),
        },
    ),
    "end": (
        by_end,
        {
            "paging": {"kind": "cursor", "next": "next", "end": "end"},
            "request": request(cursor="{cursor}"),
        },
    ),
    "link": (by_link, {"paging": {"kind": "link"}}),
    "next": (by_next, {"paging": {"kind": "next", "next": "links.next"}}),
}
each_way = pytest.mark.parametrize("way", list(WAYS))


def listing(way: str) -> dict[str, Any]:
    return describe(listing={**LISTING, **WAYS[way][1]})


@each_way
def test_each_way_of_paging_gives_every_row_once(way: str) -> None:
    with run_lab(WAYS[way][0]) as lab:
        ids = read_ids(open_lab(lab, listing(way)))
        assert sorted(ids) == sorted(IDS)
        assert len(lab.asked) < 10
        swept = [
            each for batch in open_lab(lab, listing(way)).sweep_ids("customer") for each in batch
        ]
    assert sorted(swept) == sorted(IDS)


@each_way
def test_each_way_goes_on_after_any_page(way: str) -> None:
    with run_lab(WAYS[way][0]) as lab:
        channel = open_lab(lab, listing(way))
        pages = list(channel.extract("customer", START, NOW, None))
        for place, page in enumerate(pages[:-1]):
            rest = channel.extract("customer", START, NOW, page.cursor)
            shown = [*pages[: place + 1], *rest]
            assert {record.source_id for each in shown for record in each.records} == IDS


@each_way
def test_a_page_that_comes_for_ever_is_noticed(way: str) -> None:
    first: dict[str, Said] = {}

    def stuck(asked: Asked) -> Said:
        return first.setdefault("page", WAYS[way][0](asked))

    with run_lab(stuck) as lab:
        with pytest.raises(ChannelContentError, match="loop"):
            read_ids(open_lab(lab, listing(way)))
        assert len(lab.asked) < 20


def test_a_list_that_shrinks_while_it_is_read_proves_nothing_gone() -> None:
    rows = list(ROWS)

    def shrinking(asked: Asked) -> Said:
        size, number = int(asked.query["size"]), int(asked.query["page"])
        page = rows[(number - 1) * size : number * size]
        if number == 1 and len(rows) > 20:
            del rows[0]  # so that the row after this page slips into it
        return Said({"rows": page, "total": len(rows)})

    with run_lab(shrinking) as lab:
        channel = open_lab(lab, listing("page"))
        swept = {each for batch in channel.sweep_ids("customer") for each in batch}
    assert {row["id"] for row in rows} <= swept


def test_a_list_that_always_lacks_rows_is_refused() -> None:
    def lacking(asked: Asked) -> Said:
        said = by_page(asked)
        return Said({**said.body, "total": 99 if asked.query["page"] == "5" else 23})

    with run_lab(lacking) as lab, pytest.raises(ChannelContentError, match=r"rows move|loop"):
        list(open_lab(lab, listing("page")).sweep_ids("customer"))


@pytest.mark.parametrize(
    "target", ["http://elsewhere.example/rows?from=5", "//elsewhere.example/x"]
)
def test_a_next_page_on_another_host_never_sees_the_key(target: str) -> None:
    def leading_away(asked: Asked) -> Said:
        return Said({"rows": ROWS[:5], "links": {"next": target}})

    with run_lab(leading_away) as lab, pytest.raises(ChannelContentError, match="outside"):
        read_ids(open_lab(lab, listing("next")))


WINDOW = {
    "cursor": "window_only",
    "update": "at",
    "max_rows": 12,
    "total": "total",
    "rows": "rows",
    "paging": {"kind": "page"},
    "request": request(page="{page}", since="{lower}", until="{upper}"),
}


def by_window(asked: Asked) -> Said:
    """Show a window's rows in no order, and never more than twelve of them."""
    low, high = asked.query["since"], asked.query["until"]
    inside = [row for row in ROWS if low <= row["at"].replace("+00:00", "Z") < high]
    size, number = int(asked.query["size"]), int(asked.query["page"])
    shown = sorted(inside, key=lambda row: row["name"])[:12]
    return Said({"rows": shown[(number - 1) * size : number * size], "total": len(inside)})


def test_a_window_is_split_until_the_row_cap_hides_nothing() -> None:
    described = describe(changes=WINDOW)
    with run_lab(by_window) as lab:
        assert set(read_ids(open_lab(lab, described))) == IDS
        pages = list(open_lab(lab, described).extract("customer", START, NOW, None))
        again = open_lab(lab, described).extract("customer", START, NOW, pages[2].cursor)
        shown = [*pages[:3], *again]
    assert {record.source_id for page in shown for record in page.records} == IDS


def test_a_cap_without_a_count_is_taken_for_a_cut() -> None:
    def uncounted(asked: Asked) -> Said:
        return Said({"rows": by_window(asked).body["rows"]})

    described = describe(changes={**WINDOW, "total": ""})
    with run_lab(uncounted) as lab:
        assert set(read_ids(open_lab(lab, described))) == IDS


def test_a_second_with_more_rows_than_a_query_shows_is_an_error() -> None:
    described = describe(changes={**WINDOW, "max_rows": 8})
    with run_lab(by_window) as lab, pytest.raises(ChannelContentError, match="one second holds"):
        read_ids(open_lab(lab, described))


def test_a_window_whose_filter_is_ignored_is_noticed() -> None:
    def ignoring(asked: Asked) -> Said:
        return by_page(asked)

    with run_lab(ignoring) as lab, pytest.raises(ChannelContentError, match="not honoured"):
        read_ids(open_lab(lab, describe(changes={**WINDOW, "max_rows": 99})), end=NOW, start=LATE)


FINE = {**WINDOW, "time_format": "%Y-%m-%dT%H:%M:%S.%fZ"}
HALVES = [
    {**row, "at": (START + timedelta(milliseconds=500 * number)).isoformat(timespec="microseconds")}
    for number, row in enumerate(ROWS)
]


def by_odd_bounds(asked: Asked) -> Said:
    """Show what lies behind the one bound of a window and not behind the other, to a fraction."""
    low, high = (asked.query[name].replace("Z", "+00:00") for name in ("since", "until"))
    inside = [row for row in HALVES if low < row["at"] <= high]
    size, number = int(asked.query["size"]), int(asked.query["page"])
    shown = sorted(inside, key=lambda row: row["name"])[:12]
    return Said({"rows": shown[(number - 1) * size : number * size], "total": len(inside)})


ODD = {"lower_bound": "exclusive", "upper_bound": "inclusive"}


def test_fractions_of_a_second_beside_a_bound_are_not_missed() -> None:
    with run_lab(by_odd_bounds) as lab:
        assert set(read_ids(open_lab(lab, describe(changes={**FINE, **ODD})))) == IDS


@pytest.mark.parametrize("odd", [{name: bound} for name, bound in ODD.items()])
def test_bounds_too_coarse_for_the_times_are_refused(odd: dict[str, str]) -> None:
    since = {**SINCE, "request": request(offset="{offset}", since="{lower}", until="{upper}")}

    def answer(asked: Asked) -> Said:
        paged = {"page": "1", "offset": "0", **asked.query}
        return by_odd_bounds(Asked("GET", "/rows", paged, {}, b""))

    for changes in (WINDOW, since):
        described = describe(changes={**changes, **odd})
        with run_lab(answer) as lab, pytest.raises(ConfigurationError, match="fractions"):
            read_ids(open_lab(lab, described))


LATE = START + timedelta(minutes=5)
EXPORT = {
    "cursor": "opaque_cursor",
    "update": "at",
    "rows": "rows",
    "paging": {"kind": "cursor", "next": "next", "end": "end"},
    "request": request(cursor="{cursor}", since="{lower}"),
}


def by_export(asked: Asked) -> Said:
    """Show what changed since a moment, however late, by tokens."""
    since = datetime.fromisoformat(asked.query["since"])
    inside = [row for row in ROWS if datetime.fromisoformat(row["at"]) >= since]
    first = int(asked.query.get("cursor", "t0")[1:])
    rows = inside[first : first + 5]
    return Said({"rows": rows, "next": f"t{first + len(rows)}", "end": len(rows) < 5})


def test_an_export_stops_at_the_end_of_the_window() -> None:
    end = START + timedelta(minutes=7)
    with run_lab(by_export) as lab:
        ids = read_ids(open_lab(lab, describe(changes=EXPORT)), start=LATE, end=end)
        assert ids == ["15", "16"]
        exports = [each for each in lab.asked if each.path == "/rows"]
        assert len(exports) < 3, "it does not read on to the present"


def test_an_export_that_ignores_its_beginning_is_noticed() -> None:
    described = describe(changes=EXPORT)
    with run_lab(by_end) as lab, pytest.raises(ChannelContentError, match="not honoured"):
        read_ids(open_lab(lab, described), start=LATE)


SINCE = {
    "cursor": "updated_since",
    "update": "at",
    "rows": "rows",
    "paging": {"kind": "offset"},
    "request": request(offset="{offset}", since="{lower}"),
}


def by_since(asked: Asked) -> Said:
    """Show what changed since a moment, oldest first; there is no upper bound to ask for."""
    since = asked.query["since"]
    inside = [row for row in ROWS if row["at"].replace("+00:00", "Z") > since]
    first = int(asked.query["offset"])
    return Said({"rows": inside[first : first + 5]})


def test_a_system_with_an_exclusive_lower_bound_alone_is_read_whole() -> None:
    described = describe(changes={**SINCE, "lower_bound": "exclusive"})
    end = START + timedelta(minutes=7)
    with run_lab(by_since) as lab:
        ids = read_ids(open_lab(lab, described), end=end)
        farthest = max(int(each.query["offset"]) for each in lab.asked if each.path == "/rows")
    assert set(ids) == {str(number) for number in range(1, 17)}
    assert farthest < 10, "of the second with ten rows no more is asked for than that"


def test_a_list_without_an_upper_bound_must_be_in_order() -> None:
    def shuffled(asked: Asked) -> Said:
        return Said({"rows": [*ROWS[20:], *ROWS[:2]]})

    end = START + timedelta(minutes=7)
    with run_lab(shuffled) as lab, pytest.raises(ChannelContentError, match="out of order"):
        read_ids(open_lab(lab, describe(changes=SINCE)), end=end)

"""A wrong TOML is refused whole: every fault by its place, with the nearest right key."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from customer_hub.channels import config
from customer_hub.channels.config import ChannelConfig, list_systems, load_system, parse_channels
from customer_hub.channels.contract import RAW_FIELDS
from customer_hub.channels.fitting import check_fit
from customer_hub.channels.rest.checking import find_faults
from customer_hub.channels.rest.description import Description
from customer_hub.channels.rest.mapping import map_payload
from customer_hub.channels.rest.system import read_system
from customer_hub.channels.scaffold import make_channel
from customer_hub.core.errors import ConfigurationError

GOOD = """
title = "Lab"
clock = { path = "/clock" }

[auth]
kind = "header"
value = "Bearer {password}"

[entities.customer]
remote = "rows"
version_at = "at"
standard = { history = "full_sweep" }
listing = { request = { path = "/rows" }, rows = "rows", paging = { kind = "single" } }
one = { request = { path = "/rows/{id}" } }
map = { name = "name", phones = [{ type = { value = "phone" }, value = "tel" }] }
"""


def read(tmp_path: Path, text: str) -> str:
    """Return what is said of a description, "" for a good one."""
    path = tmp_path / "lab.toml"
    path.write_text(text, encoding="utf-8")
    try:
        read_system(path)
    except ConfigurationError as error:
        return str(error)
    return ""


def test_a_good_description_has_no_faults(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD) == ""


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (
            'title = "Lab"',
            'titel = "Lab"',
            ["titel is no key here; did you mean title?", "title is"],
        ),
        ('value = "Bearer', 'valeu = "Bearer', ["auth.valeu is no key here; did you mean value?"]),
        ('kind = "header"', 'kind = "heder"', ["auth Input tag 'heder'", "'header', 'basic'"]),
        (
            "[entities.customer]",
            "[entities.custmer]",
            ["entities.custmer is no key here; did you mean customer?"],
        ),
        ("one = {", "eno = {", ["entities.customer.one is missing", "eno is no key here"]),
        ("name = ", "nmae = ", ["entities.customer.map.nmae is no key here; did you mean name?"]),
        ("{ type = {", "{ typ = {", ["phones.items.0.typ is no key here; did you mean type?"]),
        ('"single"', '"page"', ["lacks the place {page}", "lacks the place {size}"]),
        ("/rows/{id}", "/rows/{di}", ["one.request has no place {di}; did you mean id?"]),
        ("full_sweep", "current_state", ["entities.customer.changes is missing"]),
        ('"/rows" }', '"/rows", rate = "serch" }', ["rate serch is none of [rates]"]),
        ("title =", "title ==", ["Invalid value"]),
    ],
)
def test_each_fault_is_named_by_its_place(
    tmp_path: Path, right: str, wrong: str, said: list[str]
) -> None:
    assert GOOD.count(right) == 1
    text = read(tmp_path, GOOD.replace(right, wrong))
    assert all(each in text for each in said), text
    assert "include/systems/lab.toml" in text


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    wrong = GOOD.replace("title", "titel").replace("remote", "remoet")
    text = read(tmp_path, wrong)
    assert text.count("is no key here") == 2
    assert text.count("is missing") == 2
    assert "4 fault(s)" in text


WRITE: dict[str, Any] = {
    "slots": {"level_code": "level"},
    "find": {"request": {"path": "/find"}, "rows": "rows"},
    "update": {"request": {"method": "PUT", "path": "/rows/{id}"}},
    "create": {
        "request": {"method": "POST", "path": "/rows", "body": "{itm}"},
        "id": "id",
        "slots": {"mail": "mail"},
        "existing": [
            {"by": "phone", "listing": {"request": {"path": "/find"}, "rows": "rows"}}
        ],
        "conflict": {"pattern": "(a)(b)"},
    },
}  # fmt: skip


def test_what_a_write_lacks_is_named() -> None:
    good = tomllib.loads(GOOD)
    good["entities"]["customer"]["write"] = deepcopy(WRITE)
    faults = find_faults(Description(**good))
    for said in (
        "write.slots lacks hub_id",
        "write.find.request lacks the place {hub_id}",
        "write.update.request lacks the place {item}",
        "write.create.request has no place {itm}; did you mean item?",
        "existing.0.by phone is no slot",
        "existing.0.listing.request lacks the place {value}",
        "conflict.pattern must have one group",
    ):
        assert any(said in each for each in faults), (said, faults)


def test_changes_must_be_provable() -> None:
    good = tomllib.loads(GOOD)
    good["entities"]["customer"]["changes"] = {
        "cursor": "updated_since",
        "request": {"path": "/rows", "params": {"since": "{lower}"}},
        "rows": "rows",
        "time_format": "rfc",
        "within": {"request": {"path": "/rows"}, "rows": "rows"},
    }
    faults = find_faults(Description(**good))
    assert sorted(each.split("customer.")[1] for each in faults) == [
        "changes.time_format is neither iso, seconds, millis nor a pattern such as %Y-%m-%d %H:%M:%S",
        "changes.update is missing: nothing would prove that the filter is honoured",
        "changes.within.request lacks the place {after_id}",
        "changes.within.request lacks the place {lower}",
        "changes.within.request lacks the place {upper}",
    ]


def test_a_channel_of_an_unknown_system_names_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "north.toml"
    path.write_text(make_channel("north", "hubspot").replace('"hubspot"', '"hubspt"'))
    with pytest.raises(ConfigurationError, match=r"no system hubspt; did you mean hubspot\?"):
        parse_channels([path])


def test_a_channel_with_wrong_keys_names_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "north.toml"
    text = make_channel("north", "hubspot")
    text = text.replace("trust", "trsut").replace("history", "histroy", 1)
    text = text.replace("entities.contact]", "entities.contacts]").replace(
        "0 1 * * *", "0 25 * * *"
    )
    text = text.replace("hubspot", "hubspt").replace("publish = false", 'publish = "yes"')
    path.write_text(text.replace('name = "north"', 'name = "nroth"'))
    with pytest.raises(ConfigurationError) as caught:
        parse_channels([path])
    for said in (
        "trsut is no key here; did you mean trust?",
        "histroy is no key here; did you mean history?",
        "entities.contacts is no entity; did you mean contact?",
        "schedule is no cron expression",
        "no system hubspt; did you mean hubspot?",
        "publish Input should be a valid boolean",
        "name is nroth; file and name must agree",
    ):
        assert said in str(caught.value)


@pytest.mark.parametrize("system", list_systems())
def test_a_new_channel_of_each_system_fits_it(tmp_path: Path, system: str) -> None:
    path = tmp_path / "north.toml"
    path.write_text(make_channel("north", system), encoding="utf-8")
    check_fit(parse_channels([path])["north"])


@pytest.mark.parametrize(
    ("system", "entity", "changes", "said"),
    [
        ("woocommerce", "customer", {"history": "current_state"}, "must be full_sweep"),
        ("woocommerce", "customer", {"deletes": "shown"}, "hides deleted records"),
        ("zendesk", "ticket", {"lag_seconds": 0}, "lag_seconds must be 60"),
        ("request_tracker", "ticket", {"deletes": "sweep"}, "cannot list everything"),
        ("request_tracker", "ticket", {"history": "full_sweep"}, "cannot list everything"),
        ("espocrm", "customer", {"remote": "Acount"}, "Acount is unknown .* did you mean Account"),
        ("espocrm", "interaction", {"remote": "Call, Mail"}, "Mail is unknown to the system"),
    ],
)
def test_a_channel_that_asks_for_what_its_system_cannot_do_is_refused(
    tmp_path: Path, system: str, entity: str, changes: dict[str, object], said: str
) -> None:
    path = tmp_path / "north.toml"
    path.write_text(make_channel("north", system), encoding="utf-8")
    good = parse_channels([path])["north"]
    worse = good.entities[entity].model_copy(update=changes)
    with pytest.raises(ConfigurationError, match=said):
        check_fit(good.model_copy(update={"entities": {entity: worse}}))


def test_an_entity_that_the_system_lacks_is_named(tmp_path: Path) -> None:
    path = tmp_path / "north.toml"
    path.write_text(make_channel("north", "hubspot"), encoding="utf-8")
    good = parse_channels([path])["north"]
    with pytest.raises(ConfigurationError, match=r"entities.ticket is unknown to the system"):
        check_fit(good.model_copy(update={"entities": {"ticket": good.entities["customer"]}}))


def test_children_that_do_not_move_their_parent_demand_a_full_sweep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = GOOD.replace('remote = "rows"', 'remote = "rows"\nchildren_move_parent = false')
    (tmp_path / "lab.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(config, "SYSTEMS_DIR", tmp_path)
    path = tmp_path / "north" / "north.toml"
    path.parent.mkdir()
    path.write_text(make_channel("north", "lab"), encoding="utf-8")
    good: ChannelConfig = parse_channels([path])["north"]
    check_fit(good)
    worse = good.entities["customer"].model_copy(update={"history": "current_state"})
    with pytest.raises(ConfigurationError, match="does not move its update time"):
        check_fit(good.model_copy(update={"entities": {"customer": worse}}))


PICKS = {
    "name": {"paths": ["last", "first"], "join": ""},
    "kind": {"value": "person"},
    "status": {"path": "archived", "values": {"true": "inactive"}},
    "tags": {"path": "labels", "split": ";"},
    "created": {"path": "born", "is_time": True},
    "remark": {"path": "owner", "equals": "author", "then": "own", "otherwise": "other"},
    "phones": [
        {"type": {"value": "phone"}, "value": "tel"},
        {"type": {"value": "mobile"}, "value": "cell"},
    ],
    "mails": {"rows": "emails", "item": {"value": "address", "preferred": "main"}},
    "addresses": [{"type": {"value": "office"}, "city": "place.city"}],
}


def test_each_kind_of_pick() -> None:
    good = tomllib.loads(GOOD)
    good["entities"]["customer"] |= {"map": PICKS, "ignore": ["noise"]}
    entity = Description(**good).read_entities()["customer"]
    mapped = map_payload(
        "customer",
        entity,
        {
            "id": 1, "at": "2026-11-18", "last": "王", "first": "伟", "archived": True, "noise": 1,
            "labels": "a; b;", "born": 1795017600, "owner": "x", "author": "x", "cell": "13800138000",
            "emails": [{"address": "a@x.example"}, {"address": "b@x.example", "main": True}, {}],
            "place": {"city": "深圳", "moon": "full"}, "odd": [1],
        },
    )  # fmt: skip
    assert tuple(sorted(mapped)) == tuple(sorted(RAW_FIELDS["customer"]))
    told = {name: value for name, value in mapped.items() if value}
    assert told == {
        "name": "王伟",
        "kind": "person",
        "status": "inactive",
        "tags": ["a", "b"],
        "created": "2026-11-18T16:00:00+00:00",
        "remark": "own",
        "phones": [{"type": "mobile", "value": "13800138000", "preferred": True}],
        "mails": [
            {"value": "a@x.example", "preferred": True},
            {"value": "b@x.example", "preferred": True},
        ],
        "addresses": [
            {"type": "office", "raw": None, "country": None, "province": None, "city": "深圳",
             "district": None, "street": None, "postcode": None},
        ],
        "unknown": ["odd", "place.moon"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "payload", [{}, {"emails": 7, "place": [], "labels": {"a": 1}, "last": [1]}]
)
def test_a_mapping_never_fails(payload: dict[str, Any]) -> None:
    good = tomllib.loads(GOOD)
    good["entities"]["customer"]["map"] = PICKS
    entity = Description(**good).read_entities()["customer"]
    map_payload("customer", entity, payload)


@pytest.mark.parametrize("system", ["hubspot", "zendesk"])
def test_a_described_system_is_no_code(system: str) -> None:
    assert not (Path(config.__file__).parent / system).exists()
    assert load_system(system).WRITABLE

"""Column templates: what they map, and every fault of a wrong one named with the nearest right key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from customer_hub.channels.config import ChannelConfig, parse_channels, read_channel
from customer_hub.channels.contract import Access, RawRecord
from customer_hub.channels.file_drop.channel import FileDrop
from customer_hub.channels.policy import complete_policy, read_decided_channel, standing_in
from customer_hub.core.errors import ChannelContentError, ConfigurationError
from tests.channels.file_drop_server import all_records, drop, write_csv
from tests.channels.test_file_drop import FIRST, midnight

TOML = """
name = "till"
title = "A till of another maker"
system = "file_drop"
connection = "hub_till"
schedule = "0 2 * * *"
windows = "days"
trust = 50

[entities.customer]
remote = "会员"
history = "versioned"
deletes = "shown"

[entities.customer.template]
version = 2
delimiter = ";"
times = ["%d.%m.%Y %H:%M", "%d.%m.%Y"]
decimal = ","
optional = ["fax"]
ignored = ["Filiale"]

[entities.customer.template.columns]
id = ["卡号", "会员号"]
name = "Name"
mobile = ["No. mobil", "手机"]
fax = "Fax"
birth_date = "Geburtstag"
credit_limit = "Limit"
modified = "Stand"
status = "St."

[entities.customer.template.values.status]
"9" = "delete"
"1" = "active"

[entities.customer.template.fixed]
kind = "person"
"""
HEADER = ["会员号", "Name", "No. mobil", "Geburtstag", "Limit", "Stand", "St.", "Filiale", "Neu"]
ROW = ["K1", "王小明", "13912345678", "6.5.1990", "1.234,50", "16.11.2026 10:30", "1", "7", "x"]


def configure(tmp_path: Path, text: str = TOML) -> ChannelConfig:
    path = tmp_path / "till.toml"
    path.write_text(text, encoding="utf-8")
    return parse_channels([path])["till"]


def read(
    config: ChannelConfig, tmp_path: Path, header: list[str], *rows: list[str]
) -> list[RawRecord]:
    text = write_csv(header, rows).replace(",", "\0").replace(";", ",").replace("\0", ";")
    text = text.replace('"1.234;50"', "1.234,50")
    drop(tmp_path, f"会员_{FIRST}.csv", text.encode())
    channel = FileDrop(config, Access(tmp_path.as_uri()))
    return all_records(channel.extract("customer", midnight(16), midnight(17), None))


def test_another_makers_file_is_mapped_by_its_template_alone(tmp_path: Path) -> None:
    config = configure(tmp_path)
    (record,) = read(config, tmp_path, HEADER, ROW)
    assert (record.source_id, record.op) == ("K1", "upsert")
    assert record.version_at is not None
    assert record.version_at.isoformat() == "2026-11-16T02:30:00+00:00"
    # A payload has the first spelling, whichever stood in the file: the same row is the same.
    assert record.payload["卡号"] == "K1"
    mapped = config.load_system().map_record("customer", record.payload)
    assert mapped["phones"][0]["value"] == "13912345678"
    assert {n: mapped[n] for n in ("kind", "name", "birth_date", "credit_limit", "status")} == {
        "kind": "person",
        "name": "王小明",
        "birth_date": "1990-05-06",
        "credit_limit": "1234.50",
        "status": "active",
    }
    assert (mapped["modified"], mapped["unknown"]) == ("2026-11-16 10:30:00", ["Neu"])


def test_a_code_deletes_and_an_old_spelling_is_the_same_record(tmp_path: Path) -> None:
    config = configure(tmp_path)
    header = ["卡号", *HEADER[1:2], "手机", *HEADER[3:]]
    (again,) = read(config, tmp_path, header, ROW)
    assert again == read(config, tmp_path, HEADER, ROW)[0]
    (gone,) = read(config, tmp_path, HEADER, [*ROW[:6], "9", *ROW[7:]])
    assert (gone.source_id, gone.op, gone.payload) == ("K1", "delete", {})


def test_two_spellings_of_one_column_in_a_file_are_refused(tmp_path: Path) -> None:
    header = [*HEADER[:-1], "手机"]
    with pytest.raises(ChannelContentError, match=r"column No\. mobil stands there twice"):
        read(configure(tmp_path), tmp_path, header, ROW)


def test_a_missing_column_names_what_was_found(tmp_path: Path) -> None:
    header = ["Namen" if name == "Name" else name for name in HEADER]
    with pytest.raises(ChannelContentError) as caught:
        read(configure(tmp_path), tmp_path, header, ROW)
    assert "no column Name (nearest: Namen) (template version 2); found: 会员号, Namen" in str(
        caught.value
    )


def test_another_delimiter_is_named(tmp_path: Path) -> None:
    config = configure(tmp_path)
    drop(tmp_path, f"会员_{FIRST}.csv", write_csv(HEADER, [ROW]).encode())
    channel = FileDrop(config, Access(tmp_path.as_uri()))
    with pytest.raises(ChannelContentError, match="separated by ',' and not by ';'"):
        list(channel.extract("customer", midnight(16), midnight(17), None))


WRONG: dict[str, tuple[str, str, str]] = {
    "unknown_key": ("delimiter", "delimeter", "delimeter is no key here; did you mean delimiter?"),
    "unknown_entity_key": (
        "remote =",
        "remot =",
        "customer.remot is no key here; did you mean remote?",
    ),
    "unknown_field": ("mobile =", "mobil =", "columns: no field mobil; did you mean mobile?"),
    "unknown_optional": ('["fax"]', '["facs"]', "optional: no field facs; did you mean fax?"),
    "optional_without_column": ('["fax"]', '["level"]', "optional: level has no column"),
    "no_key": ('id = ["卡号", "会员号"]', "", "id must have a column that is always there"),
    "header_twice": ('"Name"', '"手机"', "手机 is named twice"),
    "blank_header": ('"Name"', '" "', "is blank or has blanks around it"),
    "fixed_and_column": ("kind =", "name =", "fixed: name has a column"),
    "values_without_column": ("values.status", "values.level", "values: level has no column"),
    "values_of_nothing": ("values.status", "values.stats", "no field stats; did you mean status?"),
    "delete_elsewhere": ("values.status", "values.name", "only the status of a customer can say"),
    "deletes_not_shown": ('"shown"', '"none"', 'customer.deletes must be "shown"'),
    "ambiguous_times": ('"%d.%m.%Y"]', '"%m.%d.%Y", "%d.%m.%Y"]', "can be read as another"),
    "no_day": ('"%d.%m.%Y"]', '"%H:%M"]', "%H:%M does not tell the day"),
    "not_for_csv": ("version = 2", 'version = 2\nsheet = "a"', "template.sheet: not for csv"),
    "not_for_xlsx": ("version = 2", 'version = 2\nformat = "xlsx"', "delimiter: not for xlsx"),
    "delimiter": ('";"', '":"', "delimiter Input should be"),
    "no_headers": ('"Name"', "[]", "columns.name"),
    "no_file_entity": ("entities.customer", "entities.ticket", "a template is for customer and"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_template_is_refused_by_name(tmp_path: Path, kind: str) -> None:
    old, new, words = WRONG[kind]
    assert old in TOML
    with pytest.raises(ConfigurationError) as caught:
        configure(tmp_path, TOML.replace(old, new))
    assert words in str(caught.value)
    assert "till.toml" in str(caught.value)


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    text = TOML.replace("mobile =", "mobil =").replace('["fax"]', '["facs"]')
    with pytest.raises(ConfigurationError) as caught:
        configure(tmp_path, text)
    assert "no field mobil;" in str(caught.value)
    assert "no field facs;" in str(caught.value)
    text = TOML.replace("delimiter", "delimeter").replace("remote =", "remot =")
    with pytest.raises(ConfigurationError) as caught:
        configure(tmp_path, text)
    assert "delimeter" in str(caught.value)
    assert "remot is no key" in str(caught.value)


def test_what_a_template_maps_is_part_of_the_policy_and_how_it_reads_is_not(
    tmp_path: Path,
) -> None:
    def digest(text: str = TOML) -> bytes:
        return complete_policy({}, {"till": configure(tmp_path, text)}).digest

    assert digest(TOML.replace('"1" = "active"', '"1" = "inactive"')) != digest()
    assert digest(TOML.replace("mobile =", "phone =")) != digest()
    assert digest(TOML.replace('"No. mobil", "手机"', '"No. mobil", "手机号"')) == digest()


def test_a_tried_template_maps_in_place_of_the_standing_one() -> None:
    pos = read_channel("pos")
    entity = pos.entities["customer"]
    assert entity.template is not None
    given: dict[str, Any] = entity.template.model_dump(exclude_unset=True)
    columns = {**given["columns"], "phone": "手机", "mobile": "固定电话"}
    template = type(entity.template)(**{**given, "columns": columns})
    changed = pos.model_copy(
        update={
            "entities": {
                **pos.entities,
                "customer": entity.model_copy(update={"template": template}),
            }
        }
    )
    payload = {"手机": "13912345678"}
    for tried, kind in ((pos, "mobile"), (changed, "phone")):
        with standing_in(complete_policy({}, {"pos": tried})):
            system = read_decided_channel("pos").load_system()
        assert system.map_record("customer", payload)["phones"][0]["type"] == kind

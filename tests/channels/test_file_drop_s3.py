"""The drop on a real S3 store: what is read, what is refused, and a store that goes away."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from customer_hub.channels.file_drop.channel import FileDrop
from customer_hub.channels.file_drop.places import open_folder
from customer_hub.core.errors import (
    ChannelRefusedError,
    ChannelUnavailableError,
    ConfigurationError,
)
from customer_hub.gather.run import gather_entity
from local.stack.seaweed import Seaweed
from tests.channels.drop_places import S3Place, drop_config, open_place
from tests.channels.file_drop_server import MEMBERS, all_records, member, pos_config, write_csv
from tests.channels.test_file_drop import FIRST, SECOND, midnight
from tests.conftest import BUCKET, free_port

NAMES = [f"members_{day}.csv" for day in (FIRST, SECOND)]
WINDOW = midnight(16), midnight(18)


def content(*numbers: str) -> bytes:
    return write_csv(MEMBERS, [member(number) for number in numbers]).encode("gb18030")


@pytest.fixture
def place(s3_server: Any, tmp_path: Path) -> Iterator[S3Place]:
    with open_place("s3", tmp_path, lambda: s3_server) as opened:
        assert isinstance(opened, S3Place)
        yield opened


def read(place: S3Place, **changes: str) -> list[str]:
    channel = FileDrop(pos_config(), place.access(**changes))
    return [record.source_id for record in all_records(channel.extract("customer", *WINDOW, None))]


def test_only_final_names_directly_below_the_prefix_are_read(place: S3Place) -> None:
    place.put(NAMES[0], content("M1"))
    place.put(NAMES[1], content("M2"))
    place.put(f"{NAMES[1]}.part", content("M3"))
    place.put("deeper/members_20261119.csv", content("M4"))
    replace(place, prefix=f"{place.prefix}-2").put("members_20261120.csv", content("M5"))
    assert read(place) == ["M1", "M2"]
    assert FileDrop(pos_config(), place.access()).read_clock() == midnight(18)


def test_more_objects_than_one_answer_holds_are_all_listed(place: S3Place) -> None:
    client = place.seaweed.client()
    for number in range(1005):
        client.put_object(Bucket=BUCKET, Key=f"{place.prefix}/other_{number:04d}.txt", Body=b"x")
    place.put(NAMES[0], content("M1"))
    with open_folder("pos", place.access()) as folder:
        assert len(folder.list_files()) == 1007


def test_an_object_replaced_after_it_was_listed_is_not_read(place: S3Place) -> None:
    place.put(NAMES[0], content("M1"))
    with open_folder("pos", place.access()) as folder:
        folder.list_files()
        place.put(NAMES[0], content("M2"))
        with (
            pytest.raises(ChannelUnavailableError, match="replaced or taken away"),
            folder.open_file(NAMES[0]),
        ):
            pass


def test_nothing_is_written_or_deleted(place: S3Place) -> None:
    place.put(NAMES[0], content("M1"))
    place.put(NAMES[1], content("M2"))
    with open_folder("pos", place.access()) as folder:
        before = folder.list_files()
        read(place)
        assert folder.list_files() == before


def test_a_store_that_goes_away_between_pages_is_gone_on_with(hub: str, tmp_path: Path) -> None:
    server = Seaweed(tmp_path / "own", free_port())
    server.start()
    try:
        server.wait_until_ready(BUCKET)
        place = S3Place(server, "in")
        place.put(NAMES[0], content(*(f"M{n}" for n in range(7))))
        place.put(NAMES[1], content(*(f"N{n}" for n in range(3))))
        config = drop_config()
        channel = FileDrop(config, place.access())
        pages = channel.extract("customer", *WINDOW, None)
        first = next(pages)
        server.stop()
        with pytest.raises(ChannelUnavailableError, match="S3 store cannot be used") as caught:
            list(pages)
        assert place.access().password not in str(caught.value)
        with pytest.raises(ChannelUnavailableError):
            gather_entity(config, channel, "customer", start=None, end=None, run_id="r")
        server.start()
        server.wait_until_ready(BUCKET)
        rest = all_records(channel.extract("customer", *WINDOW, first.cursor))
        ids = [record.source_id for record in [*first.records, *rest]]
        assert ids == [*(f"M{n}" for n in range(7)), *(f"N{n}" for n in range(3))]
        result = gather_entity(config, channel, "customer", start=None, end=None, run_id="r")
        assert (result.state, result.landed) == ("landed", 10)
    finally:
        server.stop()


def test_a_wrong_key_and_a_wrong_bucket_are_refused(place: S3Place) -> None:
    place.put(NAMES[0], content("M1"))
    wrong = replace(place.access(), password="wrong" * 8)
    with pytest.raises(ChannelRefusedError, match="SignatureDoesNotMatch") as caught:
        FileDrop(pos_config(), wrong).read_clock()
    assert "wrongwrong" not in str(caught.value)
    with pytest.raises(ChannelRefusedError, match="NoSuchBucket"):
        FileDrop(pos_config(), replace(place, bucket="nobodys").access()).read_clock()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"base_url": "s3:///nightly"}, "bucket is missing"),
        ({"password": ""}, "belong together"),
        ({"extra": {"addressing_style": "dns"}}, "addressing_style is not one of"),
        ({"extra": {"endpoint_url": "http://s3.example"}}, "plain http"),
        ({"extra": {"endpoint_url": "s3.example"}}, "cannot be reached that way"),
        ({"base_url": "s3://-no-bucket-/x"}, "ParamValidationError|refuses|NoSuchBucket"),
    ],
)
def test_a_connection_that_cannot_be_is_a_configuration_error(
    place: S3Place, changes: dict[str, Any], words: str
) -> None:
    access = replace(place.access(), **changes)
    with pytest.raises((ConfigurationError, ChannelRefusedError), match=words):
        FileDrop(pos_config(), access).read_clock()


def test_no_heavy_library_is_loaded_before_a_file_is_fetched() -> None:
    code = (
        "import sys; from customer_hub.channels.config import read_channels;"
        "[channel.load_system() for channel in read_channels().values()];"
        "print({'boto3', 'botocore', 'openpyxl', 'paramiko'} & set(sys.modules))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "set()"

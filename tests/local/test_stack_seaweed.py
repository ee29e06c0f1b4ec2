"""A real S3 server from a package: one pair of keys, closed inner parts, data that last."""

import hashlib
import os
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from local.stack.health import ask
from local.stack.ports import find_free_port
from local.stack.seaweed import Seaweed

BUCKET = "hub-backup"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    made = Seaweed(tmp_path_factory.mktemp("s3") / "s3", find_free_port(25000))
    made.start()
    made.wait_until_ready(BUCKET)
    yield made
    made.stop()
    assert made.pid() is None


def test_what_was_put_is_got_also_after_a_restart(server: Seaweed) -> None:
    body = os.urandom(300_000)
    client = server.client()
    client.put_object(Bucket=BUCKET, Key="a/b", Body=body, ChecksumAlgorithm="SHA256")
    assert client.get_object(Bucket=BUCKET, Key="a/b")["Body"].read() == body
    # More than once: a server that says it is ready too early is right most of the time.
    for _ in range(2):
        server.stop()
        server.start()
        server.wait_until_ready(BUCKET)
        again = server.client().get_object(Bucket=BUCKET, Key="a/b")["Body"].read()
        assert hashlib.sha256(again).digest() == hashlib.sha256(body).digest()


def test_a_wrong_key_is_refused(server: Seaweed) -> None:
    import boto3

    stranger = boto3.client(
        "s3",
        endpoint_url=server.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id=server.access_key,
        aws_secret_access_key="0" * 32,
    )
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        stranger.list_objects_v2(Bucket=BUCKET)


def test_its_inner_parts_give_nothing_to_a_stranger(server: Seaweed) -> None:
    server.client().put_object(Bucket=BUCKET, Key="secret", Body=b"x")
    answer = ask(server.ports["s3_filer"], f"/buckets/{BUCKET}/secret")
    assert answer is not None
    assert answer[0] == 401


def test_making_the_bucket_again_is_no_error(server: Seaweed) -> None:
    server.wait_until_ready(BUCKET)
    server.wait_until_ready(BUCKET)

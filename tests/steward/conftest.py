"""The pages mounted below /hub as Airflow mounts them, with a reader in place of its log-in."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI, HTTPException, Request
from starlette.testclient import TestClient

from customer_hub.steward.app import create_app
from customer_hub.steward.session import Steward


def let_in(request: Request) -> Steward:
    """Stand for Airflow's log-in: the header X-Reader says who reads."""
    reader = request.headers.get("x-reader")
    if reader is None:
        raise HTTPException(401)
    if reader == "stranger":
        raise HTTPException(403)
    return Steward(reader)


def mount() -> FastAPI:
    outer = FastAPI()
    outer.mount("/hub", create_app(let_in))
    return outer


OpenClient = Callable[..., TestClient]


@pytest.fixture
def open_client(hub: str) -> OpenClient:
    """Open the pages over the hub's database, for the reader named; None is nobody."""

    def open_for(reader: str | None = "7", language: str = "en") -> TestClient:
        headers = {"accept-language": language}
        if reader is not None:
            headers["x-reader"] = reader
        return TestClient(mount(), base_url="http://hub.test", headers=headers)

    return open_for


@pytest.fixture
def client(open_client: OpenClient) -> TestClient:
    """The pages for one reader."""
    return open_client()

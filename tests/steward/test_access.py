"""No page without a log-in, no page that writes, nothing from outside, nothing in the log."""

import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from sqlalchemy.exc import InternalError, OperationalError
from starlette.testclient import TestClient

from customer_hub.core import db, settings
from customer_hub.steward.app import create_app
from customer_hub.steward.reading import begin_reading
from customer_hub.steward.routes import STATIC_FILES
from tests.steward.conftest import let_in
from tests.steward.master_rows import GOLDEN, add_runs, build_master, url_of

PROJECT = Path(__file__).resolve().parents[2]
PATHS = (
    "/hub/", "/hub/search", url_of(GOLDEN), "/hub/runs", "/hub/reports/a/1.html", "/hub/docs",
    "/hub/openapi.json", "/hub/no/such/page", "/hub/customers", "/hub//", "/hub/static/",
    *(f"/hub/static/{name}" for name in STATIC_FILES),
)  # fmt: skip
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def test_every_address_asks_for_the_log_in(open_client: object) -> None:
    nobody, stranger = open_client(None), open_client("stranger")  # type: ignore[operator]
    for path in PATHS:
        for method in METHODS:
            for client, status in ((nobody, 401), (stranger, 403)):
                answer = client.request(method, path, follow_redirects=False)
                assert answer.status_code == status, (method, path)
                assert answer.headers["cache-control"] == "no-store"
    assert "Log in to Airflow" in nobody.get("/hub/").text


def test_every_route_has_the_log_in_in_front() -> None:
    app = create_app(let_in)
    routes = [route for route in app.routes if isinstance(route, APIRoute)]
    assert len(routes) == len(app.routes), "a mount would stand beside the log-in"
    for route in routes:
        first = route.dependant.dependencies[0]
        assert [each.call for each in first.dependencies] == [let_in], route.path


def test_no_method_but_reading_and_the_search(client: TestClient) -> None:
    build_master()
    for path in ("/hub/", url_of(GOLDEN), "/hub/runs"):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert client.request(method, path).status_code == 404


def test_the_pages_cannot_write(hub: str) -> None:
    with pytest.raises(InternalError, match="25006"), begin_reading() as connection:
        connection.exec_driver_sql("delete from master.customer")


def test_a_statement_ends_in_time(hub: str) -> None:
    with begin_reading() as connection:
        connection.exec_driver_sql("set local statement_timeout = '50ms'")
        with pytest.raises(OperationalError):
            connection.exec_driver_sql("select pg_sleep(1)")


def test_every_answer_carries_the_headers(client: TestClient) -> None:
    for path in PATHS:
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy or "script-src" not in policy
        assert "frame-ancestors 'self'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_pages_load_nothing_from_elsewhere(client: TestClient) -> None:
    build_master()
    add_runs()
    for path in ("/hub/", "/hub/search", url_of(GOLDEN), "/hub/runs", "/hub/none"):
        text = client.get(path).text
        assert "http" not in text.replace("http-equiv", "")
        assert not re.search(r"<style|style=|\bon[a-z]+=|<script>", text)
        links = set(re.findall(r'(?:href|src|action)="([^"]*)"', text))
        assert links
        assert all(link.startswith("/hub/") for link in links), links
    for name, kind in STATIC_FILES.items():
        answer = client.get(f"/hub/static/{name}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)
        assert "private" in answer.headers["cache-control"]


def test_reports_come_from_their_folder_only(client: TestClient) -> None:
    window_id = add_runs()
    folder = Path(os.environ["HUB_REPORT_DIR"])
    (folder.parent / "secret.html").write_text("secret")
    (folder / "run").mkdir()
    (folder / "run" / "link.html").symlink_to(folder.parent / "secret.html")
    (folder / "run" / "notes.txt").write_text("secret")
    assert client.get(f"/hub/reports/scheduled__2026-11-16/{window_id}.html").status_code == 200
    for name in (
        "../secret.html", "..%2fsecret.html", "run/../../secret.html", "run/..%2f..%2fsecret.html",
        "%2fetc%2fpasswd", "run/link.html", "run/notes.txt", "run", "run/none.html",
        "run%00/1.html", "..%5csecret.html", "",
    ):  # fmt: skip
        answer = client.get(f"/hub/reports/{name}")
        assert answer.status_code == 404, name
        assert "secret" not in answer.text


def test_a_database_that_is_away_is_told_without_its_address(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("HUB_DATABASE_URL", "postgresql+psycopg://hub:canary1@127.0.0.1:9/hub")
    db.engine.cache_clear()
    settings.settings.cache_clear()
    with caplog.at_level(logging.DEBUG):
        answer = client.get("/hub/")
    assert answer.status_code == 503
    assert "did not answer in time" in answer.text
    for text in ("canary1", "127.0.0.1:9"):
        assert text not in answer.text + caplog.text


_LOAD = """
import sys
from airflow import plugins_manager
before = set(sys.modules)
import customer_hub_plugin
heavy = {"fastapi", "jinja2", "sqlalchemy", "pandas", "airflow.api_fastapi.core_api.security"}
print("NEW", sorted((set(sys.modules) - before) & heavy))
print("OURS", sorted(name for name in sys.modules if name.startswith("customer_hub.")))
from customer_hub_plugin import CustomerHubPlugin as plugin
print("APP", plugin.fastapi_apps[0]["url_prefix"], plugin.external_views[0]["href"])
"""


def test_loading_the_plugin_costs_nothing(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-c", _LOAD],
        env={**os.environ, "AIRFLOW_HOME": str(tmp_path), "PYTHONPATH": str(PROJECT / "plugins")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "NEW []" in finished.stdout
    assert "OURS ['customer_hub.steward', 'customer_hub.steward.door']" in finished.stdout
    assert "APP /hub hub/" in finished.stdout

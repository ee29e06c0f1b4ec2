"""The pages in a real browser, inside a sandboxed frame as Airflow's own page embeds them."""

import shutil
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, Frame, Page, sync_playwright

from customer_hub.steward.app import create_app
from customer_hub.steward.session import Steward
from tests.conftest import free_port
from tests.steward.master_rows import GOLDEN, MAIL, add_runs, build_master

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
# The frame and its sandbox are those of Airflow 3.3's page for plugins.
HOST = """<!doctype html><html class="{theme}" lang="{lang}"><body style="margin:0">
<iframe src="/hub/" style="width:1200px;height:800px;border:0"
 sandbox="allow-scripts allow-same-origin allow-forms allow-downloads"></iframe></body></html>"""


def admit(request: Request) -> Steward:
    return Steward("7")


def show_host(theme: str, lang: str) -> HTMLResponse:
    return HTMLResponse(HOST.format(theme=theme, lang=lang))


@pytest.fixture
def address(hub: str) -> Iterator[str]:
    """A real server with the pages below /hub and a host page around them."""
    build_master()
    add_runs()
    outer = FastAPI()
    outer.mount("/hub", create_app(admit))
    outer.add_api_route("/", show_host)
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(outer, port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def browser() -> Iterator[Browser]:
    flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


def find_frame(page: Page) -> Frame:
    frame = page.frames[1]
    frame.wait_for_selector("h1")
    return frame


def read_ground(frame: Frame) -> int:
    """Return how light the page's ground is, 0 to 255 three times."""
    return int(
        frame.evaluate(
            """() => { const pen = document.createElement("canvas").getContext("2d");
            pen.fillStyle = getComputedStyle(document.body).backgroundColor;
            pen.fillRect(0, 0, 1, 1);
            return pen.getImageData(0, 0, 1, 1).data.slice(0, 3).reduce((a, b) => a + b); }"""
        )
    )


def test_the_pages_work_in_airflows_frame(address: str, browser: Browser) -> None:
    page = browser.new_context(locale="en-US", timezone_id="Asia/Shanghai").new_page()
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: message.type == "error" and faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{address}/?theme=light&lang=en")
    frame = find_frame(page)
    frame.fill("input[type=search]", MAIL)
    frame.click("button")
    frame.wait_for_url("**/hub/search")
    frame.click("td a")
    frame.wait_for_url(f"**/hub/customers/{GOLDEN}")
    assert "w***@mail.example" in frame.inner_text("main")
    assert MAIL not in frame.content()
    frame.click("text=Runs")
    frame.wait_for_url("**/hub/runs")
    assert "Nov 16, 2026, 00:00" in frame.inner_text("main"), "in the reader's time zone"
    frame.click("td a >> nth=0")
    frame.wait_for_url("**/hub/reports/**")
    for earlier in ("runs", f"customers/{GOLDEN}", "search"):
        page.evaluate("history.back()")  # page.go_back waits for the outer page to change
        frame.wait_for_url(f"**/hub/{earlier}")
    assert frame.locator("td a").count() == 1, "the list is there again"
    assert all(url.startswith(address) for url in asked)
    assert not [url for url in asked if "wangjg" in url or "%40" in url]
    assert [fault for fault in faults if "404" not in fault] == [], "404: the favicon"


def test_theme_and_language_follow_the_host(address: str, browser: Browser) -> None:
    context = browser.new_context(locale="en-US", color_scheme="light")
    page = context.new_page()
    page.goto(f"{address}/?theme=dark&lang=zh-CN")
    frame = find_frame(page)
    frame.wait_for_selector("h1:has-text('客户')")
    assert read_ground(frame) < 200
    page.evaluate("document.documentElement.className = 'light'")
    frame.wait_for_selector("html[data-theme=light]", state="attached")
    assert read_ground(frame) == 3 * 255
    frame.click("text=English")
    frame.wait_for_selector("h1:has-text('Customers')")
    page.reload()
    find_frame(page).wait_for_selector("h1:has-text('Customers')")


def test_without_the_host_the_readers_own_setting_holds(address: str, browser: Browser) -> None:
    context = browser.new_context(color_scheme="dark", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/hub/")
    page.fill("input[type=search]", "王建国")
    page.click("button")
    assert page.url == f"{address}/hub/search"
    assert page.locator("td a").count() == 1
    assert "UTC" in page.goto(f"{address}/hub/runs").text()

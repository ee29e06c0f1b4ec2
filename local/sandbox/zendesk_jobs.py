"""Zendesk's jobs: work that is answered by a promise and looked after by its id."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.sandbox.settings import ZendeskSettings
from local.sandbox.store import Body
from local.sandbox.zendesk_wire import not_found, show_base

Work = Callable[[], list[Body]]


class Jobs:
    """The jobs of this process: queued, then working, then completed."""

    def __init__(self, settings: ZendeskSettings) -> None:
        """Begin with none."""
        self._settings = settings
        self._jobs: dict[str, Body] = {}
        self._running: set[asyncio.Task[None]] = set()

    def start(self, request: Request, total: int, work: Work) -> Response:
        """Queue a job and answer its status."""
        job_id = f"V3-{secrets.token_hex(16)}"
        job = {
            "id": job_id,
            "url": f"{show_base(request)}/job_statuses/{job_id}.json",
            "total": total,
            "progress": None,
            "status": "queued",
            "message": None,
            "results": None,
        }
        self._jobs[job_id] = job
        task = asyncio.create_task(self._run(job, work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return JSONResponse({"job_status": job})

    async def show(self, request: Request) -> Response:
        """Answer one job's status."""
        job = self._jobs.get(request.path_params["id"])
        if job is None:
            raise not_found()
        return JSONResponse({"job_status": job})

    async def _run(self, job: Body, work: Work) -> None:
        """Do the work halfway, so that a look in between finds it either way."""
        await asyncio.sleep(self._settings.job_seconds / 2)
        job["status"] = "working"
        results = work()
        job["progress"] = job["total"]
        await asyncio.sleep(self._settings.job_seconds / 2)
        job |= {"status": "completed", "results": results}

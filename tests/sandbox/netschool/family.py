"""A family at the server: the sign-in as clients do it, calls with the token, and a report fetched by long polling."""

from __future__ import annotations

import json
from typing import Any

import httpx

from sandbox.netschool.state.sessions import hashes
from sandbox.netschool.wire import ids
from sandbox.world.model import Person
from tests.sandbox.stand import BASE, Stand

END = "\x1e"


class Family:
    """A browser of its own: cookies are kept apart from other families'."""

    def __init__(self, stand: Stand, who: Person | None = None) -> None:
        self.stand = stand
        self.who = who or stand.parent
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(stand.app), base_url=f"{BASE}/netschool/webapi/")
        self.headers: dict[str, str] = {}

    @property
    def account(self) -> dict[str, Any]:
        return self.stand.account(self.who)

    @property
    def student(self) -> str:
        return str(self.stand.account(self.stand.child)["student_id"])

    @property
    def year(self) -> str:
        return str(ids.year(self.stand.town))

    async def meta(self) -> dict[str, str]:
        await self.http.get("logindata")
        found: dict[str, str] = (await self.http.post("auth/getdata")).json()
        return found

    async def sign_in(self, *, meta: dict[str, str] | None = None, password: str | None = None, **changes: str) -> httpx.Response:
        meta = meta or await self.meta()
        pw, pw2 = hashes(meta["salt"], self.account["password"] if password is None else password)
        form = {"loginType": "1", "scid": str(self.account["school_id"]), "un": self.account["login"], "pw": pw, "pw2": pw2,
                "lt": meta["lt"], "ver": meta["ver"], **changes}  # fmt: skip
        answer = await self.http.post("login", data=form)
        if answer.status_code == 200:
            self.headers = {"at": answer.json()["at"]}
        return answer

    async def ask(self, path: str, **query: str) -> httpx.Response:
        return await self.http.get(path, params=query or None, headers=self.headers)

    async def get(self, path: str, **query: str) -> Any:
        answer = await self.ask(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: Any, **query: str) -> httpx.Response:
        return await self.http.post(path, json=body, params=query or None, headers=self.headers)

    async def week(self, start: str = "2026-11-16", end: str = "2026-11-21", **changes: str) -> dict[str, Any]:
        query = {"studentId": self.student, "yearId": self.year, "weekStart": start, "weekEnd": end, **changes}
        found: dict[str, Any] = await self.get("student/diary", **query)
        return found

    async def lessons(self, start: str = "2026-11-16", end: str = "2026-11-21") -> list[dict[str, Any]]:
        return [lesson for day in (await self.week(start, end))["weekDays"] for lesson in day["lessons"]]

    async def assignments(self, start: str = "2026-09-01", end: str = "2026-11-20") -> list[dict[str, Any]]:
        return [item for lesson in await self.lessons(start, end) for item in lesson.get("assignments", [])]

    # Reports
    async def report(self, name: str, **filters: str) -> httpx.Response:
        """The page of a report; filters that are not given take the form's defaults."""
        form = (await self.get(f"reports/{name}"))["filterSources"]
        chosen = [{"filterId": it["filterId"], "filterValue": filters.get(it["filterId"], it["defaultValue"])} for it in form]
        queued = (await self.post(f"reports/{name}/queue", {"selectedData": chosen, "params": []})).json()
        frames = await self.start(queued["taskId"], queued["queueKey"])
        done = next(frame for frame in frames if frame.get("target") == "complete")
        return await self.ask(f"files/{done['arguments'][0]['data']}")

    async def start(self, task: int, key: str) -> list[dict[str, Any]]:
        """The hub's frames, by long polling."""
        hub = "signalr/queueHub"
        connection = (await self.post(f"{hub}/negotiate", None, negotiateVersion="1")).json()["connectionToken"]
        invoke = {"type": 1, "invocationId": "0", "target": "startTaskAsync", "arguments": [task, key]}
        for said in ({"protocol": "json", "version": 1}, invoke):
            await self.http.post(hub, params={"id": connection}, content=json.dumps(said) + END, headers=self.headers)
        heard = (await self.ask(hub, id=connection)).text
        await self.http.delete(hub, params={"id": connection}, headers=self.headers)
        return [json.loads(part) for part in heard.split(END) if part]

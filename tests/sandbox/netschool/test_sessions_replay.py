"""Public clients' recorded requests (docs/compat.md) get the answers that let those clients finish their session."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.netschool.state.sessions import hashes
from tests.sandbox.netschool.family import Family
from tests.sandbox.stand import PLACEHOLDER, Stand, load, samples

SAMPLES = samples("netschool")


class Session:
    """Fills the placeholders with what the server gave."""

    def __init__(self, server: Stand) -> None:
        self.family = Family(server)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(server.app), base_url="https://asurso.ru")
        self.family.http = self.http
        monday, _ = server.town.week()
        own = self.family.account
        self.values = {"login": own["login"], "student": self.family.student, "start": monday.isoformat(), "wrong": "0" * 32}
        self.values |= {"at": "", "assignment": "0", "attachment": "0", "letter": "0", "recipient": "", "file": ""}

    def fill(self, value: Any) -> Any:
        if isinstance(value, str):
            whole = value.removesuffix(":int}") + "}" if value.endswith(":int}") else value
            filled = PLACEHOLDER.sub(lambda found: self.values[found[1]], whole)
            return int(filled) if whole != value else filled
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        return {key: self.fill(item) for key, item in value.items()} if isinstance(value, dict) else value

    async def send(self, sample: dict[str, Any]) -> httpx.Response:
        answer = await self.http.request(
            sample["method"], self.fill(sample["path"]),
            params=self.fill(sample.get("query")), headers=self.fill(sample.get("headers", {})),
            data=self.fill(sample["form"]) if "form" in sample else None, json=self.fill(sample["json"]) if "json" in sample else None,
        )  # fmt: skip
        if answer.status_code == 200 and "json" in answer.headers["content-type"]:
            await self._learn(sample["path"].lower().removeprefix("/webapi/"), answer.json())
        return answer

    async def _learn(self, path: str, body: Any) -> None:
        if path == "auth/getdata":
            pw, pw2 = hashes(body["salt"], self.family.account["password"])
            self.values |= {"lt": body["lt"], "ver": body["ver"], "pw": pw, "pw2": pw2}
        elif path == "login":
            self.values["at"] = body["at"]
            self.family.headers = {"at": body["at"]}
        elif path == "student/diary":
            found = [item for day in body["weekDays"] for lesson in day["lessons"] for item in lesson.get("assignments", [])]
            self.values["assignment"] = str(found[0]["id"])
            asked = await self.family.post(
                "/webapi/student/diary/get-attachments", {"assignId": [it["id"] for it in found]}, studentId=self.family.student
            )
            self.values["attachment"] = next((str(it["attachments"][0]["id"]) for it in asked.json()), self.values["attachment"])
        elif path == "mail/registry" and body["rows"] and self.values["letter"] == "0":
            self.values["letter"] = str(body["rows"][0]["id"])
        elif path == "mail/recipients":
            self.values["recipient"] = body[0]["id"]
        elif path.endswith("/queue"):
            self.values["file"] = await self._run(body)

    async def _run(self, queued: dict[str, Any]) -> str:
        """What the clients did over a socket, by long polling."""
        self.http.base_url = httpx.URL("https://asurso.ru/webapi/")
        frames = await self.family.start(queued["taskId"], queued["queueKey"])
        self.http.base_url = httpx.URL("https://asurso.ru")
        return next(str(frame["arguments"][0]["data"]) for frame in frames if frame.get("target") == "complete")


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
async def test_a_clients_session_runs_to_its_end(server: Stand, path: Path) -> None:
    session = Session(server)
    for sample in load(path)["requests"]:
        answer = await session.send(sample)
        assert answer.status_code == sample["status"], sample


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
def test_a_sample_names_its_client_and_holds_no_secret(server: Stand, path: Path) -> None:
    assert {"client", "version", "language", "date", "did"} <= set(load(path))
    text = path.read_text("utf-8")
    assert "***" not in text
    assert str(server.account()["password"]) not in text
    assert str(server.account()["login"]) not in text

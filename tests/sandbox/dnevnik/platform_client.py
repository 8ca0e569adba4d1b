"""The platform of one sandbox as a client sees it, and the ids of one family in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from sandbox.app import SandboxApp
from sandbox.dnevnik.state import Directory, Journal
from sandbox.dnevnik.state.ids import numbered
from sandbox.world.model import Lesson, Person
from sandbox.world.town import Town

BASE = "http://localhost:9000"
CLIENT = {"client_id": "11111111-2222-3333-4444-555555555555", "client_secret": "app-secret", "title": "Школьный узел"}
BACK = "http://localhost:8000/auth/dnevnik/return"


@dataclass
class Platform:
    """`parent` has two children in the platform; `child` is the first of them, `stranger` a parent of other children."""

    app: SandboxApp
    http: httpx.AsyncClient
    parent: Person
    child: Person
    stranger: Person
    wrote: bool = False

    @property
    def town(self) -> Town:
        return self.app.sandbox.town

    @property
    def directory(self) -> Directory:
        return Directory(self.town)

    @property
    def journal(self) -> Journal:
        return Journal(self.directory, self.child)

    # Ids
    @property
    def person(self) -> int:
        return self.directory.person_id(self.child)

    @property
    def user(self) -> int:
        return self.directory.user_id(self.child)

    @property
    def school(self) -> int:
        return self.directory.school_id(self.directory.school_of(self.child))

    @property
    def group(self) -> int:
        return self.directory.class_id(self.directory.class_of(self.child))

    @property
    def week(self) -> tuple[date, date]:
        return self.town.week()

    def subject(self, key: str) -> int:
        return self.directory.subject_id(key)

    def lesson_id(self, lesson: Lesson) -> int:
        return numbered("lesson", lesson.number_id)

    def lessons(self, status: str | None = None) -> list[Lesson]:
        found = self.journal.lessons(*self.town.year)
        return [lesson for lesson in found if status is None or lesson.status == status]

    def token(self, person: Person) -> str:
        return str(person.accounts["dnevnik"]["token"])

    # Calls
    async def ask(self, path: str, *, person: Person | None = None, method: str = "GET", **more: Any) -> httpx.Response:
        headers = {"Access-Token": self.token(person or self.parent), **more.pop("headers", {})}
        return await self.http.request(method, f"/dnevnik/v2/{path}", headers=headers, **more)

    async def get(self, path: str, *, person: Person | None = None) -> Any:
        """The JSON of a good answer."""
        answer = await self.ask(path, person=person)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:300]}"
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        return answer.json()

    async def refused(self, path: str, **more: Any) -> tuple[int, str]:
        """(status, type) of a refusal, which is always `{type, description}`."""
        answer = await self.ask(path, **more)
        body = answer.json()
        assert set(body) == {"type", "description"}, body
        return answer.status_code, body["type"]

    async def control(self, path: str, body: Mapping[str, Any]) -> httpx.Response:
        self.wrote |= path.startswith("world/")
        return await self.http.post(f"/_sandbox/{path}", json=body)

    async def fault(self, kind: str, **more: Any) -> None:
        answer = await self.control("faults", {"system": "dnevnik", "kind": kind, **more})
        assert answer.status_code in {200, 201}, answer.text

    # OAuth
    async def register(self, **changes: Any) -> None:
        answer = await self.control("dnevnik-login/clients", {**CLIENT, "redirect_uris": [BACK], **changes})
        assert answer.status_code == 201, answer.text

    def authorize(self, **changes: str) -> dict[str, str]:
        asked = {
            "response_type": "code",
            "client_id": CLIENT["client_id"],
            "scope": "CommonInfo,FriendsAndRelatives,EducationalInfo",
            "redirect_uri": BACK,
            "state": "s-1/2 3",
        }
        return {name: value for name, value in {**asked, **changes}.items() if value}

    async def code(self, person: Person | None = None, **changes: str) -> str:
        """A code by the shortest way: the person is chosen beforehand."""
        self.app.sandbox.sign_in_as.choose("dnevnik-login", (person or self.parent).id, 1)
        answer = await self.http.get("/dnevnik-login/oauth2", params=self.authorize(**changes))
        assert answer.status_code == 302, answer.text
        return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]

    async def exchange(self, **fields: str) -> httpx.Response:
        body = {"client_id": CLIENT["client_id"], "client_secret": CLIENT["client_secret"], "grant_type": "AuthorizationCode", **fields}
        return await self.http.post("/dnevnik/v2.0/authorizations", json=body)

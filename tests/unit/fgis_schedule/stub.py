"""A stub of the federal service: Schedules by docs/wire/fgis_schedule.md, what it was asked, and a connector that talks to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import httpx

from connectors.kit.diary import Datum, DiaryChild, DiaryPage, Origin
from connectors.kit.ports import Access, DiaryPort, Window
from connectors.kit.secret import Secret

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
WEEK = Window(start=date(2026, 11, 16), end=date(2026, 11, 22))
PUPIL = "1100220026"
ACCESS = Access(token=Secret(PUPIL))
CHILD = DiaryChild(key=PUPIL, last_name="", first_name="", origin=Origin(system="fgis", id=PUPIL, fetched_at=NOW))

Json = dict[str, Any]
Answer = Callable[[httpx.Request], httpx.Response]


def lesson(**changes: Any) -> Json:
    made: Json = {
        "id": "0b1e0000-0000-4000-8000-000000000001",
        "subject": "Математика",
        "period": {"start": "2026-11-16T08:30:00+02:00", "end": "2026-11-16T09:15:00+02:00"},
    }
    return made | changes


def score(value: str, **more: Any) -> Json:
    return {"code": "КР", "score": value, "scoreSystem": "5", **more}


def schedule(*lessons: Json, **changes: Any) -> Json:
    school = {"id": "6f0c", "name": "МАОУ лицей № 64", "class": [{"class": "5А", "grade": "5", "lesson": list(lessons)}]}
    return {"resourceType": "Schedule", "id": PUPIL, "meta": {"lastUpdated": "2026-11-20T11:05:00+02:00"}, "school": [school]} | changes


def outcome(code: str) -> Json:
    return {"resourceType": "OperationOutcome", "id": "1", "issue": [{"severity": "error", "code": code, "details": "Причина"}]}


@dataclass
class Clock:
    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Stub:
    """`tokens` are given one after another; `answer` replaces the Schedule, `token_answer` the token."""

    body: Json = field(default_factory=schedule)
    tag: str = ""
    answer: Answer | None = None
    token_answer: Answer | None = None
    tokens: int = 0
    asked: list[httpx.Request] = field(default_factory=list)

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if request.url.path == "/fgis/token":
            if self.token_answer is not None:
                return self.token_answer(request)
            self.tokens += 1
            return self.say({"access_token": f"token-{self.tokens}", "token_type": "Bearer", "expires_in": 3600})
        if self.answer is not None:
            return self.answer(request)
        return self.say(self.body, ETag=self.tag) if self.tag else self.say(self.body)

    @staticmethod
    def say(body: Any, status: int = 200, **headers: str) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.Response(status, content=content, headers={"Content-Type": "application/json; charset=utf-8", **named})

    def says(self, body: Any, status: int = 200, **headers: str) -> None:
        self.answer = lambda request: self.say(body, status, **headers)

    @property
    def schedules(self) -> list[httpx.Request]:
        return [one for one in self.asked if one.url.path != "/fgis/token"]


@dataclass
class Bench:
    stub: Stub
    port: DiaryPort
    clock: Clock

    async def read(self, *data: Datum, window: Window = WEEK) -> DiaryPage:
        return await self.port.read(ACCESS, CHILD, frozenset(data or self.port.manifest.data), window)

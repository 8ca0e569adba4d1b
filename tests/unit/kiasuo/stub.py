"""A stub of the diary: what its public clients show, what it was asked, and a connector that talks to it."""

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
TOKENS = {"token": Secret("first-token"), "refresh_token": Secret("a" * 32)}

Json = dict[str, Any]
Answer = Callable[[httpx.Request], httpx.Response]

CLASS_ID = 2400000000000000123
CHILD: Json = {
    "id": 150012,
    "first_name": "Мария",
    "last_name": "Орлова",
    "middle_name": "Петровна",
    "school_class": "6А",
    "age": 12,
    "username": "orlova12",
    "can_create_login": True,
}
USER: Json = {"id": 24011, "username": "p", "parent": True, "vk_id": None, "unread_notices_count": 0, "children": [CHILD]}
CLASSES = [
    {"id": 2400000000000000022, "name": "5А", "ou": "МБОУ СШ № 7", "study_year": "2025/2026"},
    {"id": CLASS_ID, "name": "6А", "ou": "МБОУ СШ № 7", "study_year": "2026/2027"},
]
PERIODS = [
    {"id": 511, "text": "1 четверть", "from": "2026-09-01", "to": "2026-10-25"},
    {"id": 512, "text": "2 четверть", "from": "2026-11-02", "to": "2026-12-27"},
    {"id": 513, "text": "3 четверть", "from": "2027-01-11", "to": "2027-03-21"},
]
TYPES = [
    {"id": 1, "text": "1 четверть", "short_text": "1ч", "order_by": 1},
    {"id": 5, "text": "Год", "short_text": "Г", "order_by": 5},
]


def child(key: str = "150012") -> DiaryChild:
    return DiaryChild(key=key, last_name="Орлова", first_name="Мария", origin=Origin(system="kiasuo", id=key, fetched_at=NOW))


def lesson(**changes: Any) -> Json:
    made = {
        "lesson_event_id": 606900,
        "subject": "Алгебра",
        "teacher": "Ким Анна Олеговна",
        "color": "#fff",
        "lesson_number": 2,
        "lesson_date": "2026-11-17",
        "from": "09:25",
        "to": "10:10",
        "theme": "Дроби",
        "created_homework_id": None,
        "homework_to_check_ids": [],
        "slots": [],
        "marks": [],
    }
    return made | {("from" if key == "start" else key): value for key, value in changes.items()}


def slot(value: Any = "5", text: str = "Ответ на уроке", **changes: Any) -> Json:
    return {"lesson_date": "2026-11-17", "mark": {"value": value}, "text": text, "updated_at": "2026-11-17T10:15:00+07:00"} | changes


def old(value: Any = "5", text: str = "Ответ на уроке", **changes: Any) -> Json:
    asked = {"text": text, "short_text": "О", "remark": "§ 5"}
    return {"lesson_date": "2026-11-17", "mark": value, "weight": "1.5", "remark": "молодец", "slot": asked} | changes


def task(**changes: Any) -> Json:
    made = {"id": 7001, "lesson_date": "2026-11-12", "check_at": "2026-11-17", "text": "№ 15", "files": [], "links": []}
    return made | changes


@dataclass
class Stub:
    """`answers`: path below `/diary/` -> JSON, bytes, or a function of the request."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)

    async def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.get(request.url.path.removeprefix("/kiasuo/diary/"))
        if answer is None:
            return httpx.Response(404)
        if callable(answer):
            told: httpx.Response = answer(request)
            return told
        return httpx.Response(200, content=answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode())

    def of(self, path: str) -> list[httpx.Request]:
        return [one for one in self.asked if one.url.path == f"/kiasuo/diary/{path}"]


@dataclass
class Bench:
    """The connector on its stub: lessons and homework by week, everything else usual unless given."""

    stub: Stub
    port: DiaryPort

    def show(self, *lessons: Json, homeworks: Any = (), weeks: dict[str, Json] | None = None, **others: Any) -> None:
        shown = {"47": {"schedule": [*lessons], "homeworks": [*homeworks]}} | (weeks or {})
        answers: Json = {
            "api/user": USER,
            "api/school_classes": CLASSES,
            "api/study_periods": PERIODS,
            "api/schedule": lambda request: httpx.Response(200, json=shown.get(request.url.params["week"], {"schedule": []})),
            "api/lesson_marks/511": {"lessons": []},
            "api/lesson_marks/512": {"lessons": []},
            f"api/student_marks/{CLASS_ID}": {"lessons": [], "standard_mark_type": TYPES},
            "refresh": {"accessToken": "second-token", "refreshToken": "b" * 32},
        }
        self.stub.answers = answers | {name.replace("__", "/"): answer for name, answer in others.items()}

    async def access(self) -> Access:
        return (await self.port.sign_in(TOKENS)).access

    async def read(self, *data: Datum, window: Window = WEEK) -> DiaryPage:
        return await self.port.read(await self.access(), child(), frozenset(data), window)


def said(status: int, body: Any = None) -> Answer:
    return lambda request: httpx.Response(status, json=body) if body is not None else httpx.Response(status)

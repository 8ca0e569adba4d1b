"""A stub of the mobile API: bytes by path, what it was asked, and a connector that talks to it."""

from __future__ import annotations

import base64
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
WEEK = Window(start=date(2026, 11, 16), end=date(2026, 11, 21))
CREDENTIALS = {"login": Secret("Roditel042"), "password": Secret("пароль-7")}

Json = dict[str, Any]
Answer = Callable[[httpx.Request], httpx.Response]

CHILD: Json = {
    "status": "child",
    "id": 4694228,
    "user_id": 115654529,
    "last_name": "Орлова",
    "first_name": "Мария",
    "middle_name": "Петровна",
    "birth_date": "2014-10-10",
    "gender": 2,
    "school": 'МБОУ "СОШ №69"',
    "group": "6А",
    "school_is_food": 5,
    "school_is_tourniquet": 0,
    "school_terrirtory_id": 1,
    "readonly": 0,
    "push_settings": {"mark": 1},
}
PARENT: Json = {"status": "applicant", "childs": [CHILD]}


def child(**changes: Any) -> DiaryChild:
    made: dict[str, Any] = {"key": "4694228", "last_name": "Орлова", "first_name": "Мария"}
    return DiaryChild(origin=Origin(system="ruobr", id="4694228", fetched_at=NOW), **(made | changes))


def lesson(**changes: Any) -> Json:
    made = {
        "id": 175197390,
        "date": "2026-11-17",
        "time_start": "08:30:00",
        "time_end": "09:15:00",
        "subject": "Русский язык",
        "staff": "Ким Анна Олеговна",
        "staff_id": 77,
        "topic": "Причастие",
        "lesson_status_cancel": 0,
        "docs_for_lesson": [],
    }
    return made | changes


def task(**changes: Any) -> Json:
    made = {
        "id": 99999999,
        "title": "Упр. 115",
        "text": "",
        "deadline": "2026-11-19",
        "doc": 0,
        "doc_str": "",
        "done": 0,
        "requires_solutions": 0,
        "test_id": None,
        "type": "group",
    }
    return made | changes


def mark(value: Any = "5", **changes: Any) -> Json:
    made = {"mark": value, "question_type": "Ответ на уроке", "question_name": "Ответ на уроке", "question_id": 104552170}
    return made | changes


def term(**changes: Any) -> Json:
    made = {"period": 1, "title": "1-я четверть", "rom": "I", "marks_future": 0, "marks": [subject("4")]}
    return made | changes


def subject(value: Any, **changes: Any) -> Json:
    return {"subject_id": 5, "subject_name": "Русский язык", "mark": value} | changes


@dataclass
class Stub:
    """`answers`: path -> JSON, bytes, or a function of the request."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)

    async def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers[request.url.path.removeprefix("/ruobr")]
        if callable(answer):
            told: httpx.Response = answer(request)
            return told
        body = answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode()
        return httpx.Response(200, content=body, headers={"Content-Type": "application/json"})

    def said(self, name: str) -> list[str]:
        """A header of every request, decoded."""
        return [base64.b64decode(request.headers[name]).decode() for request in self.asked]


@dataclass
class Bench:
    """The connector on its stub; the account is a parent's with one child unless told otherwise."""

    stub: Stub
    port: DiaryPort

    def show(self, *lessons: Json, terms: Any = (), user: Any = PARENT, **others: Any) -> None:
        answers = {"/user/": user, "/timetable2/": {"lessons": list(lessons)}, "/controlmark/": list(terms)}
        self.stub.answers = answers | {f"/{name}/": answer for name, answer in others.items()}

    async def access(self) -> Access:
        return (await self.port.sign_in(CREDENTIALS)).access

    async def read(self, *data: Datum, window: Window = WEEK) -> DiaryPage:
        return await self.port.read(await self.access(), child(), frozenset(data), window)

"""A stub of the cabinet: what docs/wire/digital_school.md shows, what it was asked, and a connector that talks to it."""

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

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
WEEK = Window(start=date(2026, 11, 16), end=date(2026, 11, 22))
CREDENTIALS = {"account": Secret("2700 0000 17"), "password": Secret("пароль-77")}
FIRST_TIME = CREDENTIALS | {"auth_code": Secret("481516")}
NOTHING = "нет данных"
IDN = "K4M7Q2X9AB"
TOKEN = "7e57" * 16

Json = dict[str, Any]
Answer = Callable[[httpx.Request], httpx.Response]


def pupil(**changes: Any) -> Json:
    school = {"name": "МБОУ № 15", "legal_name": "Муниципальное…", "inn": "2799000015", "ogrn": "1022700000015", "utc_offset": "+10:00"}
    made = {"idn": IDN, "student_id": 190017, "class": "6А", "parallel": 6, "school": school, "year": "2026/2027"}
    return made | changes


def lesson(**changes: Any) -> Json:
    made = {
        "id": 1607604,
        "number": "1",
        "begins": "16.11.2026 08:30:00",
        "ends": "16.11.2026 09:15:00",
        "subject": "Русский язык",
        "topic": "Повторение",
        "room": "12",
        "state": "проведён",
        "instead_of": NOTHING,
        "moved_from": NOTHING,
        "subgroup": NOTHING,
        "control": False,
        "homework": [],
        "marks": [],
    }
    return made | changes


def mark(**changes: Any) -> Json:
    made = {
        "id": 16200031,
        "value": "5-",
        "work": "Ответ на уроке",
        "work_code": "ОТВ",
        "weight": "1",
        "comment": NOTHING,
        "criteria": [],
        "set": "16.11.2026 09:08:00",
        "changed": NOTHING,
    }
    return made | changes


def home(**changes: Any) -> Json:
    made = {
        "id": 16300021,
        "text": "Упр. 115",
        "assigned_date": "13.11.2026",
        "assigned_number": "2",
        "assigned_lesson": 1607304,
        "due_date": "16.11.2026",
        "due_number": "1",
        "set": "13.11.2026 10:10:00",
        "individual": False,
        "files": [{"name": "Карточка № 3.docx", "size": 52224}],
    }
    return made | changes


def absence(**changes: Any) -> Json:
    made = {
        "id": 16100004,
        "date": "16.11.2026",
        "number": "3",
        "lesson": 1607612,
        "subject": "История",
        "code": "НУП",
        "minutes": NOTHING,
        "comment": NOTHING,
        "set": "16.11.2026 10:32:00",
    }
    return made | changes


def finals(*items: Json, **period: Any) -> Json:
    made = {"id": 911, "kind": "четверть", "number": 1, "name": "1 четверть", "begins": "01.09.2026", "ends": "25.10.2026"}
    return {"year": "2026/2027", "periods": [made | period], "items": list(items)}


def final(**changes: Any) -> Json:
    made = {"id": 16500001, "subject": "Русский язык", "period": 911, "value": "4", "average": "4,33", "set": "23.10.2026 15:00:00"}
    return made | changes


def stats(**changes: Any) -> Json:
    made = {"school_rating": "14", "krai_rating": "231", "krai_change": "вверх", "quality": "78,5"}
    return made | {"ege": NOTHING, "missed": "6", "missed_without_reason": "0"} | changes


def envelope(data: Any, **more: Any) -> Json:
    return {"ok": True, "updated": "16.11.2026 18:00:00", "data": data, **more}


def refusal(code: str, status: int, *, text: str = "Почему", headers: dict[str, str] | None = None) -> Answer:
    body = {"ok": False, "error": {"code": code, "text": text}}
    return lambda request: httpx.Response(status, json=body, headers=headers)


def child(key: str = IDN) -> DiaryChild:
    return DiaryChild(key=key, last_name="", first_name="", origin=Origin(system="digital-school", id=key, fetched_at=NOW))


@dataclass
class Stub:
    """`answers`: path below `/api/v1/` -> data for the envelope, bytes, or a function of the request."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)

    async def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers[request.url.path.removeprefix("/digital-school/api/v1/")]
        if callable(answer):
            told: httpx.Response = answer(request)
            return told
        body = answer if isinstance(answer, bytes) else json.dumps(envelope(answer), ensure_ascii=False).encode()
        return httpx.Response(200, content=body)

    def sent(self, path: str) -> list[Json]:
        return [json.loads(one.content) for one in self.asked if one.url.path.endswith(f"/{path}") and one.content]

    def params(self, path: str) -> list[dict[str, str]]:
        return [dict(one.url.params) for one in self.asked if one.url.path.endswith(f"/{path}")]


@dataclass
class Bench:
    """The connector on its stub: one day with these lessons, everything else empty unless given."""

    stub: Stub
    port: DiaryPort

    def show(self, *lessons: Json, day: str = "16.11.2026", **others: Any) -> None:
        answers: Json = {
            "activate": {"account": "2700000017", "mode": "Родитель"},
            "session": {"token": TOKEN, "expires": "21.11.2026 20:00:00", "mode": "Родитель", "idn": [IDN]},
            "children": [pupil()],
            "diary": {"days": [{"date": day, "lessons": list(lessons)}] if lessons else []},
            "attendance": [],
            "finals": finals(),
            "announcements": [],
            "stats": stats(),
        }
        self.stub.answers = answers | others

    async def access(self) -> Access:
        return (await self.port.sign_in(CREDENTIALS)).access

    async def read(self, *data: Datum, window: Window = WEEK) -> DiaryPage:
        return await self.port.read(await self.access(), child(), frozenset(data), window)

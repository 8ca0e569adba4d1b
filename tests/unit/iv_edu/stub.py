"""A stub of the cabinet: what docs/wire/iv_edu.md shows, what it was asked, and a connector that talks to it."""

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
SNILS = "112-233-445 95"
CREDENTIALS = {"snils": Secret(SNILS), "password": Secret("пароль-7")}
SESSION = "9f0c" * 16

Json = dict[str, Any]
Answer = Callable[[httpx.Request], httpx.Response]

ME: Json = {
    "snils": SNILS,
    "student_id": 200021,
    "class": "3А",
    "parallel": 3,
    "school": {"name": "МКОУ № 9", "legal_name": "Муниципальное…", "inn": "3799000009", "ogrn": "1023700000009", "utc_offset": "+03:00"},
    "year": "2026/2027",
    "today": "2026-11-21",
}
QUARTER: Json = {"id": 1011, "kind": "quarter", "number": 1, "name": "1 четверть", "start": "2026-09-01", "end": "2026-10-25"}
YEAR: Json = {"id": 1041, "kind": "year", "number": 1, "name": "Год", "start": "2026-09-01", "end": "2027-05-31"}
LATER: Json = QUARTER | {"id": 1013, "number": 3, "name": "3 четверть", "start": "2027-01-11", "end": "2027-03-21"}


def lesson(**changes: Any) -> Json:
    made = {
        "id": 1807604,
        "number": 1,
        "from": "08:30",
        "to": "09:10",
        "subject": "Русский язык",
        "topic": "Повторение",
        "room": "12",
        "status": "held",
        "instead_of": None,
        "moved_from": None,
        "subgroup": None,
        "is_control": False,
        "homework": [],
        "marks": [],
        "absence": None,
    }
    return made | changes


def mark(**changes: Any) -> Json:
    made = {
        "id": 18200031,
        "value": "5-",
        "work": "Ответ на уроке",
        "work_code": "ОТВ",
        "weight": "1",
        "comment": "",
        "criteria": [],
        "set_at": "2026-11-16T09:08:00",
        "changed_at": None,
    }
    return made | changes


def home(**changes: Any) -> Json:
    made = {
        "id": 18300021,
        "text": "Упр. 115, выучить правило",
        "assigned": {"date": "2026-11-13", "number": 2},
        "due": {"date": "2026-11-16", "number": 1},
        "set_at": "2026-11-13T10:10:00",
        "individual": False,
        "files": [{"name": "Карточка № 3.docx", "size": 52224}],
    }
    return made | changes


def finals(*items: Json, periods: Any = (QUARTER, YEAR)) -> Json:
    return {"year": "2026/2027", "periods": list(periods), "items": list(items)}


def final(**changes: Any) -> Json:
    made = {"id": 18500001, "subject": "Русский язык", "period": 1011, "value": "4", "set_at": "2026-10-23T15:00:00"}
    return made | changes


def compared(size: int = 7, **changes: Any) -> Json:
    item = {"subject": "Русский язык", "child": "4.33", "class": "4.05"} | changes
    return {"period": 1011, "class_size": size, "items": [item]}


def refusal(code: str, status: int, *, text: str = "Почему", headers: dict[str, str] | None = None, **more: Any) -> Answer:
    body = {"error": {"code": code, "message": text, **more}}
    return lambda request: httpx.Response(status, json=body, headers=headers)


def child(key: str = "200021") -> DiaryChild:
    return DiaryChild(key=key, last_name="", first_name="", origin=Origin(system="iv-edu", id=key, fetched_at=NOW))


@dataclass
class Stub:
    """`answers`: path below `/cab/` -> JSON, bytes, or a function of the request."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)

    async def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers[request.url.path.removeprefix("/iv-edu/cab/").removeprefix("api/v1/")]
        if callable(answer):
            told: httpx.Response = answer(request)
            return told
        return httpx.Response(200, content=answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode())


@dataclass
class Bench:
    """The connector on its stub: one week with these lessons, everything else empty unless given."""

    stub: Stub
    port: DiaryPort

    def show(self, *lessons: Json, day: str = "2026-11-16", **others: Any) -> None:
        def week(request: httpx.Request) -> httpx.Response:
            shown = [{"date": day, "lessons": list(lessons)}] if request.url.params["week"] == "2026-W47" else []
            return httpx.Response(200, json={"week": request.url.params["week"], "days": shown})

        answers: Json = {
            "auth": {"session": SESSION, "expires_at": "2026-11-22T03:00:00", "idle_s": 1800},
            "me": ME,
            "diary": week,
            "diary/finals": finals(),
            "diary/monitoring": compared(),
            "announcements": {"items": []},
        }
        self.stub.answers = answers | {name.replace("_", "/"): answer for name, answer in others.items()}

    async def access(self) -> Access:
        return (await self.port.sign_in(CREDENTIALS)).access

    async def read(self, *data: Datum, window: Window = WEEK) -> DiaryPage:
        return await self.port.read(await self.access(), child(), frozenset(data), window)

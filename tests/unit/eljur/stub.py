"""A stub of the platform: what its public clients show, what it was asked, and a connector that talks to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs

import httpx

from connectors.kit.diary import Datum, DiaryChild, DiaryPage, Origin
from connectors.kit.ports import Access, DiaryPort, Window
from connectors.kit.secret import Secret

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
WEEK = Window(start=date(2026, 11, 16), end=date(2026, 11, 22))
CREDENTIALS = {
    "login": Secret("Orlova.M"), "vendor": Secret("shkola7"), "devkey": Secret("k" * 32), "password": Secret("пароль7"),
}  # fmt: skip

Json = dict[str, Any]
Answer = Callable[[httpx.Request], httpx.Response]

STUDENT: Json = {
    "name": "386", "title": "Орлов Пётр Иванович", "lastname": "Орлов", "firstname": "Пётр", "gender": "male", "class": "6А",
    "parallel": 6, "city": "Пермь", "rel": "child", "rules": ["getdiary", "getmarks"],
}  # fmt: skip
SCHOOL: Json = {"number": "7", "title": "Школа № 7", "title_full": "МАОУ «Школа № 7»", "inn": "5902000000", "kpp": "590201001"}
RULES: Json = {
    "name": "52", "lastname": "Орлова", "firstname": "Мария", "middlename": "Львовна", "roles": ["parent"], "regionCode": "59",
    "relations": {"students": {"386": STUDENT}, "groups": {}, "schools": [SCHOOL]},
}  # fmt: skip
TERMS = [
    {"name": "1 четверть", "fullname": "1 четверть", "start": "20260901", "end": "20261025", "disabled": False, "ambigious": False},
    {"name": "2 четверть", "fullname": "2 четверть", "start": "20261102", "end": "20261229", "disabled": False, "ambigious": False},
]


def told(result: Any, state: int = 200, error: str | None = None) -> Json:
    return {"response": {"state": state, "error": error, "result": result}}


def lesson(**changes: Any) -> Json:
    made = {
        "name": "Алгебра", "lesson_id": "7007", "num": "2", "room": "12", "teacher": "Ким Анна Олеговна", "sort": 2, "topic": "Дроби",
        "starttime": "08:55:00", "endtime": "09:40:00", "homework": [], "files": [], "is_control": False,
    }  # fmt: skip
    return made | changes


def mark(value: Any = "5", **changes: Any) -> Json:
    made = {
        "value": value, "convert": 5, "count": True, "countas": "5", "date": "2026-11-16", "lesson_id": "7007", "nm": "1", "weight": 1,
        "weight_float": 1.5, "comment": "", "lesson_comment": None, "mtype": {"id": 5, "type": "Диктант", "short": "ДИК"},
    }  # fmt: skip
    return made | changes


def home(text: str = "Упр. 115", **changes: Any) -> Json:
    return {"902": {"id": 902, "value": text, "individual": False} | changes}


def notice(number: int, day: str) -> dict[str, Any]:
    return {
        "id": str(number),
        "date": day,
        "subject": "Собрание",
        "short_text": "<p>В 18:00</p>",
        "user_from_string": "Ким",
        "unread": True,
    }


def child(key: str = "386") -> DiaryChild:
    return DiaryChild(key=key, last_name="Орлов", first_name="Пётр", origin=Origin(system="eljur", id=key, fetched_at=NOW))


def day(*lessons: Json, name: str = "20261116") -> Json:
    return {"name": name, "title": "Понедельник", "items": {str(place): one for place, one in enumerate(lessons, 1)}}


@dataclass
class Stub:
    """Answers by method; a value is a result, a callable sees the request."""

    answers: Json = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)

    async def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers[request.url.path.removeprefix("/eljur/apiv3/")]
        if callable(answer):
            said: httpx.Response = answer(request)
            return said
        return httpx.Response(200, content=answer if isinstance(answer, bytes) else json.dumps(told(answer), ensure_ascii=False).encode())

    def forms(self, method: str) -> list[dict[str, str]]:
        mine = [one for one in self.asked if one.url.path == f"/eljur/apiv3/{method}"]
        return [{key: values[0] for key, values in parse_qs(one.content.decode()).items()} for one in mine]


@dataclass
class Bench:
    """The connector on its stub: one day with these lessons, everything else usual unless given."""

    stub: Stub
    port: DiaryPort

    def show(self, *lessons: Json, **others: Any) -> None:
        mine = {"386": {"name": "386", "title": "Орлов", "days": {"20261116": day(*lessons)}}}
        answers: Json = {
            "auth": {"token": "4" * 40, "expires": "2027-02-18 12:00:00"},
            "getrules": RULES,
            "getdiary": {"students": mine},
            "getperiods": {"students": [{"name": "386", "periods": TERMS}]},
            "getfinalassessments": {"students": {"386": {"name": "386", "items": []}}},
            "getmarks": {"students": {"386": {"name": "386", "lessons": []}}},
            "getboardnotices": {"notices": [], "count": 0, "total": 0},
        }
        self.stub.answers = answers | others

    async def access(self) -> Access:
        return (await self.port.sign_in(CREDENTIALS)).access

    async def read(self, *data: Datum, window: Window = WEEK) -> DiaryPage:
        return await self.port.read(await self.access(), child(), frozenset(data), window)

"""A stub of one region's server: what its public clients show, what it was asked, and a connector that talks to it."""

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
CREDENTIALS = {"login": Secret("Orlova.M"), "school": Secret("МБОУ «Школа № 5»"), "password": Secret("пароль7")}

Json = dict[str, Any]
Answer = Callable[[httpx.Request], httpx.Response]

STUDENT: Json = {"studentId": 6301, "nickName": "Орлов Пётр Иванович", "className": "6А"}
TYPES = [
    {"id": 3, "name": "Домашнее задание", "abbr": "Д", "order": 1},
    {"id": 10, "name": "Ответ на уроке", "abbr": "О", "order": 2},
    {"id": 17, "name": "Контрольная работа", "abbr": "К", "order": 3},
]

PUPILS = [{"value": "6301", "title": "Орлов Пётр"}, {"value": "6302", "title": "Орлова Вера"}]
CLASSES = [{"value": "780009", "title": "7в"}]
REPORT: Json = {
    "filterSources": [
        {"filterId": "SID", "items": PUPILS, "defaultValue": "6302"},
        {"filterId": "PCLID", "items": CLASSES, "defaultValue": "780009"},
    ]
}
HELLO, STARTED = b"{}\x1e", b'{"type":3,"invocationId":"0","result":{"success":true,"message":null}}\x1e'
COMPLETE = b'{"type":1,"target":"progress","arguments":[{"percent":100}]}\x1e{"type":1,"target":"complete","arguments":[{"data":"f1"}]}\x1e'


def total(cells: str, head: str = "<th>1 четверть</th><th>2 четверть</th><th>Год</th>") -> str:
    top = f"<tr><th>№</th><th>Предмет</th>{head}</tr>"
    return f"<html><table><tr><td><b>Ученик:</b></td></tr></table><table>{top}<tr><td>1</td><td>Алгебра</td>{cells}</tr></table></html>"


def lesson(**changes: Any) -> Json:
    made = {
        "classmeetingId": 7007,
        "day": "2026-11-16T00:00:00",
        "number": 2,
        "relay": 1,
        "room": "12",
        "startTime": "08:55",
        "endTime": "09:40",
        "subjectName": "Русский язык",
        "isDistanceLesson": False,
    }
    return made | changes


def assignment(value: Any = 5, **changes: Any) -> Json:
    made = {
        "id": 901,
        "typeId": 17,
        "assignmentName": "Диктант",
        "weight": 20,
        "dueDate": "2026-11-16T00:00:00",
        "mark": {"mark": value, "dutyMark": False, "resultScore": None},
        "markComment": None,
    }
    return made | changes


def home(text: str | None = "Упр. 115", **changes: Any) -> Json:
    made = {"id": 902, "typeId": 3, "assignmentName": text, "weight": 0, "dueDate": "2026-11-16T00:00:00", "mark": None}
    return made | changes


def child(key: str = "6301") -> DiaryChild:
    return DiaryChild(key=key, last_name="Орлов", first_name="Пётр", origin=Origin(system="netschool", id=key, fetched_at=NOW))


def said(status: int, body: Any, **headers: str) -> Answer:
    return lambda request: httpx.Response(status, json=body, headers=headers)


@dataclass
class Stub:
    """`answers`: path below `/webapi/` -> JSON, bytes, or a function of the request."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)

    async def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers[request.url.path.removeprefix("/netschool/webapi/")]
        if callable(answer):
            told: httpx.Response = answer(request)
            return told
        return httpx.Response(200, content=answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode())

    def of(self, path: str) -> list[httpx.Request]:
        return [one for one in self.asked if one.url.path == f"/netschool/webapi/{path}"]

    def forms(self) -> list[dict[str, str]]:
        return [{key: values[0] for key, values in parse_qs(one.content.decode()).items()} for one in self.of("login")]


@dataclass
class Bench:
    """The connector on its stub: one day with these lessons, everything else usual unless given."""

    stub: Stub
    port: DiaryPort
    polls: list[bytes] = field(default_factory=lambda: [HELLO, STARTED, COMPLETE])

    def queue(self, request: httpx.Request) -> httpx.Response:
        """Each poll takes the next answer; an empty list is a closed connection."""
        if request.method != "GET":
            return httpx.Response(202 if request.method == "DELETE" else 200)
        polled = len([one for one in self.stub.of("signalr/queueHub") if one.method == "GET"])
        return httpx.Response(200, content=self.polls[polled - 1]) if polled <= len(self.polls) else httpx.Response(204)

    def show(self, *lessons: Json, **others: Any) -> None:
        def week(request: httpx.Request) -> httpx.Response:
            mine = [{"date": "2026-11-16T00:00:00", "lessons": list(lessons)}] if request.url.params["weekStart"] == "2026-11-16" else []
            return httpx.Response(200, json={"weekStart": "x", "weekEnd": "x", "className": "6А", "weekDays": mine})

        answers: Json = {
            "schools/search": [
                {"id": 55, "name": "Муниципальное…", "shortName": 'МБОУ "Школа № 5"'},
                {"id": 56, "shortName": "Школа № 50"},
            ],
            "logindata": lambda request: httpx.Response(200, json={}, headers={"Set-Cookie": "NSSESSIONID=abc; path=/; HttpOnly"}),
            "auth/getdata": {"lt": 1234, "ver": "98765", "salt": "0123456789"},
            "login": {"at": "4" * 40, "entryPoint": "/angular/school/studentdiary/"},
            "auth/logout": {},
            "student/diary/init": {"students": [STUDENT], "currentStudentId": 0},
            "years/current": {"id": 31, "name": "2026/2027"},
            "schools/55/card": {"commonInfo": {"schoolName": "Школа № 5", "fullSchoolName": "Муниципальное…"}},
            "grade/assignment/types": TYPES,
            "student/diary": week,
            "announcements": [],
            "reports/studenttotalmarks": REPORT,
            "reports/studenttotalmarks/queue": {"taskId": 70001, "queueKey": "q1"},
            "signalr/queueHub/negotiate": {"connectionToken": "c1"},
            "signalr/queueHub": self.queue,
            "files/f1": total("<td>4</td><td></td><td>5-</td>").encode(),
        }
        self.stub.answers = answers | {name.replace("__", "/"): answer for name, answer in others.items()}

    async def access(self) -> Access:
        return (await self.port.sign_in(CREDENTIALS)).access

    async def read(self, *data: Datum, window: Window = WEEK) -> DiaryPage:
        return await self.port.read(await self.access(), child(), frozenset(data), window)

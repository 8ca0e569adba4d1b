"""A stub of the portal: what its public clients show, what it was asked, and a connector that talks to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import httpx

from connectors.kit.diary import Datum, DiaryChild, DiaryPage, Group, Origin
from connectors.kit.ports import Access, DiaryPort, Window
from connectors.kit.secret import Secret

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
WEEK = Window(start=date(2026, 11, 16), end=date(2026, 11, 22))
CREDENTIALS = {"login": Secret("Orlova@mail.example"), "password": Secret("пароль7")}

Json = dict[str, Any]
Answer = Callable[[httpx.Request], httpx.Response]

CHILDREN, LESSONS, TABLE, LOGIN, PERIODS, NOTICES = (
    "journal/person/related-child-list",
    "journal/lesson/list-by-education",
    "journal/estimate/table",
    "user/auth/login",
    "group/group/get-list-period",
    "journal/announcement/list-open",
)
EDUCATION: Json = {
    "education_id": 160014,
    "group_id": 780007,
    "group_name": "6А",
    "institution_id": 7806,
    "institution_name": "ГБОУ СОШ № 5",
    "jurisdiction_id": 1,
    "jurisdiction_name": "Невский",
    "is_active": True,
    "push_subscribe": "true",
    "parent_firstname": "Ирина",
    "parent_email": "orlova@mail.example",
}
CHILD: Json = {
    "identity": {"id": 99014},
    "firstname": "Пётр",
    "surname": "Орлов",
    "middlename": "Иванович",
    "hash_uid": "3eea1d740a03e6df78d55dbc3aca035d",
    "action_payload": {"can_apply_for_distance": False, "can_print": True},
    "educations": [EDUCATION],
}


def child(key: str = "160014") -> DiaryChild:
    origin = Origin(system="petersburg", id=key, fetched_at=NOW)
    return DiaryChild(key=key, last_name="Орлов", first_name="Пётр", origin=origin, group=Group(id="780007", name="6А"))


def lesson(**changes: Any) -> Json:
    made = {
        "identity": {"id": 5001, "uid": None},
        "number": 2,
        "datetime_from": "17.11.2026 09:25:00",
        "datetime_to": "17.11.2026 10:10:00",
        "subject_id": 31,
        "subject_name": "Алгебра",
        "content_name": "Дроби",
        "content_description": None,
        "content_additional_material": None,
        "tasks": [],
        "estimates": [],
    }
    return made | changes


def task(text: str | None = "№ 15", **changes: Any) -> Json:
    made = {"task_name": text, "task_code": None, "task_kind_code": "homework", "task_kind_name": "Домашнее задание"}
    return made | {"files": [{"uuid": "u1", "file_name": "Задание.pdf", "size": 5}]} | changes


def estimate(value: Any = "5", **changes: Any) -> Json:
    made = {
        "id": 8001,
        "education_id": 160014,
        "lesson_id": 5001,
        "subject_id": 31,
        "subject_name": "Алгебра",
        "date": "17.11.2026",
        "estimate_value_code": "5",
        "estimate_value_name": value,
        "estimate_type_code": "1100",
        "estimate_type_name": "Контрольная работа",
        "estimate_comment": None,
    }
    return made | changes


def page(items: Sequence[Any], *, pages: int = 1) -> Json:
    return {"items": [*items], "before": 1, "current": 1, "next": 1, "last": pages, "total_pages": pages, "total_items": len(items)}


def envelope(data: Any, *said: str) -> Json:
    return {"data": data, "validations": [], "messages": [{"type": "error", "text": text} for text in said], "debug": []}


def said(status: int, body: Any = None, **headers: str) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda request: httpx.Response(status, content=content, headers=headers)


@dataclass
class Stub:
    """`answers`: path below `/api/` -> what stands in `data`, or a function of the request for anything else."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)

    async def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        path = request.url.path.removeprefix("/petersburg/api/")
        # Asked for only where an account shows no child.
        answer = self.answers.get(path, page([])) if path == "journal/application/list" else self.answers[path]
        if callable(answer):
            told: httpx.Response = answer(request)
            return told
        return httpx.Response(200, content=json.dumps(envelope(answer), ensure_ascii=False).encode())

    def of(self, path: str) -> list[httpx.Request]:
        return [one for one in self.asked if one.url.path == f"/petersburg/api/{path}"]


@dataclass
class Bench:
    """The connector on its stub: lessons and the table of marks, everything else usual unless given."""

    stub: Stub
    port: DiaryPort

    def show(self, *lessons: Json, table: Sequence[Json] = (), others: Json | None = None) -> None:
        answers: Json = {
            LOGIN: {"token": "first-token"},
            CHILDREN: page([CHILD]),
            LESSONS: page(lessons),
            TABLE: page(table),
            PERIODS: page([]),
            NOTICES: page([]),
        }
        self.stub.answers = answers | (others or {})

    async def access(self) -> Access:
        return (await self.port.sign_in(CREDENTIALS)).access

    async def read(self, *data: Datum, window: Window = WEEK) -> DiaryPage:
        return await self.port.read(await self.access(), child(), frozenset(data), window)

"""A stub of a node: what docs/wire/mes.md shows, what it was asked, and a connector that talks to it."""

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

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
WEEK = Window(start=date(2026, 11, 16), end=date(2026, 11, 22))
GUID = "3f0c1d52-7a11-4e0e-9b0a-5d1f2c3b4a59"
STUDENT = 31017
PROFILE = 9001
TOKEN = "eyJhbGciOiJub25lIn0.eyJleHAiOjE3OTUyNTUyMDB9.c2lnbmVk"
HEADER = "1:15:261121120000:0d9f7b0e-6a55-4a51-9a51-0a3c5d7e9f11::c2FsdA==:"
CREDENTIALS = {"login": Secret(" roditel@mail.example "), "password": Secret("pa ss&word")}

FAMILY = "api/family/mobile/v1"
EVENTS = "api/eventcalendar/v1/api/events"
REGISTER = "sps/oauth/register"
PASSWORD = "sps/login/methods/headless/password"
BIND = "sps/login/methods/headless/sms/bind"
TRUST = "sps/login/ur/askToTrust"
HOME = "dnevnik-mes://oauth2redirect?code=code-1"
TRUST_PAGE = "<!doctype html><html><head><title>Доверять этому браузеру?</title></head><body></body></html>".encode()

Json = dict[str, Any]
Answer = Callable[[httpx.Request], httpx.Response]


def answered(status: int, body: Any = None, **headers: str) -> Answer:
    """JSON, or bytes as they are; header names with `_` for `-`."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return lambda request: httpx.Response(status, content=content, headers=named)


def refused(status: int, type_: str, description: str = "", **headers: str) -> Answer:
    return answered(status, {"type": type_, "description": description, "details": None}, **headers)


def pupil(**changes: Any) -> Json:
    made = {
        "id": STUDENT,
        "contingent_guid": GUID,
        "user_id": 77,
        "contract_id": 5550001,
        "last_name": "Соколова",
        "first_name": "Мария",
        "middle_name": "Ильинична",
        "birth_date": "2014-03-02",
        "sex": "female",
        "phone": "9160000001",
        "snils": "11223344595",
        "type": "student",
        "class_name": "5Б",
        "class_level_id": 5,
        "class_unit_id": 4401,
        "school": {"id": 12, "name": "ГБОУ Школа № 7", "short_name": "Школа № 7", "global_school_id": 120, "principal": "Чужой Д. Д."},
        "groups": [],
        "representatives": [{"last_name": "Чужая", "first_name": "Анна", "snils": "00000000000"}],
        "is_legal_representative": True,
    }
    return made | changes


def profile(*children: Json, **changes: Any) -> Json:
    made = {"id": PROFILE, "user_id": 70, "last_name": "Соколова", "first_name": "Анна", "middle_name": "Сергеевна", "type": "parent"}
    return {"profile": made | {"birth_date": "1988-05-01", "snils": "1"} | changes, "children": list(children or [pupil()]), "hash": "h"}


def event(**changes: Any) -> Json:
    made = {
        "id": 880001,
        "source": "PLAN",
        "source_id": "880001",
        "start_at": "2026-11-16T09:20:00+03:00",
        "finish_at": "2026-11-16T10:05:00+03:00",
        "subject_id": 3,
        "subject_name": "Русский язык",
        "room_number": "204",
        "room_name": "Кабинет",
        "replaced": False,
        "replaced_teacher_id": None,
        "cancelled": False,
        "is_missed_lesson": False,
        "lesson_theme": "Причастие",
        "lesson_name": None,
        "group_name": "5Б Русский язык",
        "homework": None,
        "marks": None,
        "absence_reason_id": None,
        "nonattendance_reason_id": None,
        "health_status": None,
    }
    return made | changes


def mark(**changes: Any) -> Json:
    made = {
        "id": 7700001,
        "value": "5-",
        "values": [{"name": "", "nmax": 5.0, "grade_system_id": 1, "grade_system_type": "five", "grade": {"origin": "5", "five": 5.0}}],
        "weight": 2,
        "date": "2026-11-16",
        "subject_id": 3,
        "subject_name": "Русский язык",
        "control_form_name": "Диктант",
        "is_exam": False,
        "is_point": False,
        "point_date": None,
        "comment": "Молодец",
        "comment_exists": True,
        "criteria": None,
        "created_at": "2026-11-16T10:07:00",
        "updated_at": "2026-11-16T10:07:00",
        "original_grade_system_type": "five",
    }
    return made | changes


def task(**changes: Any) -> Json:
    made = {
        "type": "oo",
        "description": "Упр. 115",
        "subject_id": 3,
        "subject_name": "Русский язык",
        "date": "2026-11-16",
        "date_assigned_on": "2026-11-13",
        "homework_entry_student_id": 660001,
        "has_written_answer": False,
        "is_done": False,
    }
    return made | changes


def entry(**changes: Any) -> Json:
    made = {
        "homework_entry_id": 650001,
        "date_assigned_on": "2026-11-13",
        "date_prepared_for": "2026-11-16",
        "description": "Упр. 115",
        "attachments": [],
    }
    return made | changes


def correction(old: str, new: str, at: str, **changes: Any) -> Json:
    made = {
        "event_type": "update_mark",
        "created_at": at,
        "subject_name": "Русский язык",
        "lesson_date": "2026-11-16 00:00:00",
        "old_mark_value": old,
        "new_mark_value": new,
    }
    return made | changes


def period(**changes: Any) -> Json:
    made = {
        "title": "1 четверть",
        "start": "01.09.2026",
        "end": "25.10.2026",
        "start_iso": "2026-09-01",
        "end_iso": "2026-10-25",
        "value": "4.33",
        "fixed_value": "4",
        "count": 3,
        "marks": [{"id": 1, "value": "4"}],
        "target": None,
    }
    return made | changes


def subject(*periods: Json, **changes: Any) -> Json:
    made = {"subject_id": 3, "subject_name": "Русский язык", "average": "4.10", "average_by_all": "4.25", "year_mark": None}
    return made | {"periods": list(periods or [period()])} | changes


def child(key: int = STUDENT, guid: str = GUID) -> DiaryChild:
    ids = {"student_id": str(key), "person_guid": guid}
    return DiaryChild(key=str(key), last_name="", first_name="", origin=Origin(system="mes", id=str(key), fetched_at=NOW), ids=ids)


@dataclass
class Stub:
    """`answers`: path -> JSON, bytes, a function of the request, or a tuple of such, one after another, the last for good."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)

    async def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        path = request.url.path.strip("/").partition("/")[2]
        answer = self.answers.get(path, refused(404, "not_found"))
        if isinstance(answer, tuple):
            self.answers[path] = answer[1:] if len(answer) > 2 else answer[-1]
            answer = answer[0]
        if callable(answer):
            told: httpx.Response = answer(request)
            return told
        return httpx.Response(200, content=answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode())

    def to(self, path: str) -> list[httpx.Request]:
        return [one for one in self.asked if one.url.path.endswith(f"/{path}")]

    def params(self, path: str) -> list[dict[str, str]]:
        return [dict(one.url.params) for one in self.to(path)]


@dataclass
class Bench:
    """The connector on its stub; what is not given is empty."""

    stub: Stub
    port: DiaryPort

    def show(self, *events: Json, **others: Any) -> None:
        """`marks`, `tasks`, `subjects`, `notifications`, `days`, `messages` by name."""
        self.stub.answers = self.stub.answers | {
            "acl/api/users/profile_info": [{"id": PROFILE, "type": "parent"}],
            "acl/api/system_messages": others.get("messages", []),
            f"{FAMILY}/profile": profile(),
            EVENTS: {"total_count": len(events), "response": list(events), "errors": None},
            f"{FAMILY}/marks": {"payload": others.get("marks", [])},
            f"{FAMILY}/notifications/search": others.get("notifications", []),
            f"{FAMILY}/homeworks/short": {"payload": others.get("tasks", [])},
            f"{FAMILY}/subject_marks": {"payload": others.get("subjects", [])},
            f"{FAMILY}/periods_schedules": others.get("days", []),
        }

    def at_mos_ru(self, **others: Any) -> None:
        """The whole way through login.mos.ru, each step as it goes well."""
        self.show()
        self.stub.answers |= {
            REGISTER: answered(201, {"client_id": "dyn-1", "client_secret": "dyn-secret"}),
            "sps/oauth/ae": answered(
                200, {"items": [{"inquire": "login_with_password", "proofOfWork": HEADER}]}, Set_Cookie="sps_flow=f1; Path=/"
            ),
            PASSWORD: {"items": [{"inquire": "ask_to_send_sms"}]},
            BIND: (
                {"inquire": "enter_sms_code", "contact": "+7 *** *** 12-34", "ttl": 300, "remain_attempts": 3},
                answered(302, None, Location=HOME),
            ),
            "sps/oauth/te": {"access_token": "mos-access", "refresh_token": "mos-refresh", "expires_in": 3600},
            "v3/auth/sudir/auth": {"user_authentication_for_mobile_response": {"mesh_access_token": TOKEN, "mesh_id": "m"}},
        }
        self.stub.answers |= others

    async def access(self) -> Access:
        return (await self.port.sign_in({"token": Secret(TOKEN)})).access

    async def read(self, *data: Datum, window: Window = WEEK) -> DiaryPage:
        return await self.port.read(await self.access(), child(), frozenset(data), window)

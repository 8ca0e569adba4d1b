"""A stub of «Моя школа»: answers by docs/wire/my_school.md, what it was asked, and a connector that talks to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import httpx

from connectors.kit.school_joining import Application, ChildById, ChildByName, ChildBySnils, OutsidePerson, Role, SchoolJoiningPort
from connectors.kit.secret import Secret

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
OID, OGRN = "1000820001", "1025099000035"
BASE = "http://stub/my-school"
PERSON = OutsidePerson(
    oid=OID, last_name="Соколова", first_name="Анна", middle_name="Ильинична", snils=Secret("11223344595"), agreed_at=NOW
)
BY_ID, BY_SNILS = ChildById(id="c-1"), ChildBySnils(snils=Secret("11223344595"))
BY_NAME = ChildByName(last_name="Соколов", first_name="Пётр", birth_date=date(2014, 3, 1))
APPLICATION = Application(role=Role.LEGAL_REPRESENTATIVE, school_ogrn=OGRN, class_name="6А", child=BY_ID)

Json = dict[str, Any]
Answer = Callable[[httpx.Request], httpx.Response]


def request(**changes: Any) -> Json:
    made: Json = {"id": "r-1", "kind": "register_pupil", "state": "submitted", "version": 2, "reason": None, "decided_at": None}
    return made | {"decided_by": None, "effective": False, "waits_for": None} | changes


def bundle(**changes: Any) -> Json:
    made: Json = {
        "id": "b-1",
        "version": 2,
        "state": "submitted",
        "role": "legal_representative",
        "applicant": {"oid": OID, "level": "confirmed"},
        "child": {
            "id": "c-1",
            "last_name": "Соколов",
            "first_name": "Пётр",
            "middle_name": None,
            "birth_date": "2014-03-01",
            "age_at_submission": 12,
            "account": False,
        },
        "school": {"ogrn": OGRN, "inn": "5099000038", "legal_name": "МБОУ «Лицей»", "legal_name_now": "МБОУ «Лицей № 31»"},
        "class": "6А",
        "school_year": "2026/2027",
        "created_at": "2026-11-20T12:00:00+03:00",
        "submitted_at": "2026-11-20T12:05:00+03:00",
        "expires_at": "2026-12-20T12:05:00+03:00",
        "previous": None,
        "next": None,
        "complete": False,
        "requests": [request(), request(id="r-2", kind="attach_representative")],
        "history": [{"at": "2026-11-20T12:00:00+03:00", "event": "created", "request": None}],
    }
    return made | changes


def me(**changes: Any) -> Json:
    child = {"id": "c-1", "last_name": "Соколов", "first_name": "Пётр", "middle_name": None, "birth_date": "2014-03-01", "age": 12}
    made: Json = {
        "oid": OID,
        "level": "confirmed",
        "last_name": "Соколова",
        "first_name": "Анна",
        "middle_name": "Ильинична",
        "birth_date": "1988-05-01",
        "age": 38,
        "profile": None,
        "terms": {"version": "2026-09", "text": "Условия"},
        "children": [child | {"snils": "***-***-*** 95", "certificate": True, "account": False, "attached": []}],
        "attached": [],
        "offices": [],
    }
    return made | changes


def office_request(**changes: Any) -> Json:
    made: Json = {
        "id": "r-1",
        "bundle": "b-1",
        "kind": "register_pupil",
        "state": "submitted",
        "version": 2,
        "child": {"last_name": "Соколов", "first_name": "Пётр", "middle_name": None, "birth_date": "2014-03-01"},
        "applicant": {"last_name": "Соколова", "first_name": "Анна", "middle_name": None, "level": "confirmed"},
        "school": {"ogrn": OGRN, "legal_name": "МБОУ «Лицей»"},
        "class": "6А",
        "school_year": "2026/2027",
        "submitted_at": "2026-11-20T12:05:00+03:00",
        "expires_at": "2026-12-20T12:05:00+03:00",
        "other": {"id": "r-2", "kind": "attach_representative", "state": "submitted"},
        "evidence": [{"kind": "gosuslugi_children", "at": "2026-11-20T12:00:00+03:00"}],
        "reason": None,
        "decided_at": None,
    }
    return made | changes


def change(seq: int, **changes: Any) -> Json:
    made: Json = {"seq": str(seq), "bundle": "b-1", "oid": OID, "version": 3, "state": "partial", "event": "approved"}
    return made | {"at": "2026-11-20T12:00:00+03:00"} | changes


def refusal(code: str, **more: Any) -> Json:
    return {"ok": False, "trace": "9f", "error": {"code": code, "message": "Причина словами", "field": None, "current": None} | more}


@dataclass
class Clock:
    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Stub:
    """`tokens` are given one after another; `answer` takes every other call, `token_answer` those for a token."""

    answer: Answer
    token_answer: Answer | None = None
    tokens: int = 0
    asked: list[httpx.Request] = field(default_factory=list)

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if request.url.path == "/my-school/oauth/token":
            if self.token_answer is not None:
                return self.token_answer(request)
            self.tokens += 1
            return say({"access_token": f"token-{self.tokens}", "token_type": "Bearer", "expires_in": 3600})
        return self.answer(request)

    def gives(self, data: Any, status: int = 200) -> None:
        self.says({"ok": True, "trace": "9f", "data": data}, status)

    def says(self, body: Any, status: int = 200, **headers: str) -> None:
        self.answer = lambda request: say(body, status, **headers)

    @property
    def calls(self) -> list[httpx.Request]:
        return [one for one in self.asked if one.url.path != "/my-school/oauth/token"]

    @property
    def last(self) -> Json:
        """The body of the last call."""
        found: Json = json.loads(self.calls[-1].content)
        return found


def say(body: Any, status: int = 200, **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, content=content, headers={"Content-Type": "application/json; charset=utf-8", **named})


@dataclass
class Bench:
    stub: Stub
    port: SchoolJoiningPort
    clock: Clock

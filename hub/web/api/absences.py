"""`/api/v1/children/{id}/absences` and the school's inbox of them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_querystring, document_request, document_response, tag

from hub.flows import absence
from hub.flows.absence import NewAbsence
from hub.flows.views.school.desk import Decided
from hub.flows.views.written.absence import AbsenceList, AbsenceView, OfficeAbsences
from hub.web.answers import deps, json
from hub.web.api.reading import body, day
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_absences", __name__, url_prefix="/api/v1")


class TypedAbsence(msgspec.Struct, frozen=True, kw_only=True):
    """Whole days from `first_day` to `last_day` (the same day without it), or the `lessons` of one day, by their numbers.

    `kind` is ill, doctor, family, event or other; neither it nor `reason` is needed. `form` names the notice: once more is the same one."""

    first_day: date
    last_day: date | None = None
    lessons: list[int] = []
    kind: str = ""
    reason: str = ""
    form: str | None = None


class TypedReason(msgspec.Struct, frozen=True, kw_only=True):
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class OfDay:
    """The day whose lessons are listed in `picks`; without it today."""

    day: date | None = None


@dataclass(frozen=True, slots=True)
class OfState:
    """`state` is sent, accepted or rejected; `school` only for who works in several."""

    state: str | None = None
    school: str | None = None


@routes.get("/children/<child>/absences")
@tag(["Отсутствие"])
@document_querystring(OfDay)
@document_response(AbsenceList)
async def list_absences(child: str) -> Response:
    """A child's notices and what a new one needs."""
    return json(await absence.show_absences(deps(), await signed_in(), child, day=day("day")))


@routes.post("/children/<child>/absences")
@tag(["Отсутствие"])
@document_request(TypedAbsence)
@document_response(AbsenceView, 201)
@document_response(AbsenceView)
async def send_absence(child: str) -> Response:
    """201, or 200 with the notice that tells the very same absence already. `draft`: nobody could be reached from here."""
    who, typed = await signed_in_writer(), await body(TypedAbsence)
    form = typed.form or request.headers.get("Idempotency-Key") or secrets.token_urlsafe(16)

    async def act() -> Response:
        asked = NewAbsence(
            form=form,
            first_day=typed.first_day,
            last_day=typed.last_day or typed.first_day,
            lessons=typed.lessons,
            kind=typed.kind,
            reason=typed.reason,
        )
        sent = await absence.send_absence(deps(), who, child, asked)
        return json(sent.notice, 201 if sent.new else 200)

    return await once(deps(), who, act)


@routes.post("/children/<child>/absences/<notice>/withdraw")
@tag(["Отсутствие"])
@document_response(AbsenceView)
async def withdraw_absence(child: str, notice: str) -> Response:
    """Before the school has accepted it; a teacher who has the letter gets another."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await absence.withdraw(deps(), who, child, notice))

    return await once(deps(), who, act)


@routes.post("/children/<child>/absences/<notice>/retry")
@tag(["Отсутствие"])
@document_response(AbsenceView)
async def retry_absence(child: str, notice: str) -> Response:
    """Sends the letter to the class teacher again, after one that failed or that nobody knows of."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await absence.retry(deps(), who, child, notice))

    return await once(deps(), who, act)


@routes.post("/children/<child>/absences/<notice>/check")
@tag(["Отсутствие"])
@document_response(AbsenceView)
async def check_absence(child: str, notice: str) -> Response:
    """Looks into the list of the diary that took the notice, and follows what that says."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await absence.check(deps(), who, child, notice))

    return await once(deps(), who, act)


@routes.get("/office/absences")
@tag(["Канцелярия"])
@document_querystring(OfState)
@document_response(OfficeAbsences)
async def office_absences() -> Response:
    """What families told, those that wait first; a class teacher sees the own class."""
    asked = request.args
    return json(await absence.list_of_school(deps(), await signed_in(), school=asked.get("school"), state=asked.get("state")))


@routes.post("/office/absences/<notice>/accept")
@tag(["Канцелярия"])
@document_response(Decided)
async def accept_absence(notice: str) -> Response:
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await absence.accept(deps(), who, notice))

    return await once(deps(), who, act)


@routes.post("/office/absences/<notice>/reject")
@tag(["Канцелярия"])
@document_request(TypedReason)
@document_response(Decided)
async def reject_absence(notice: str) -> Response:
    """With a reason that the family reads."""
    who, typed = await signed_in_writer(), await body(TypedReason)

    async def act() -> Response:
        return json(await absence.reject(deps(), who, notice, typed.reason))

    return await once(deps(), who, act)

"""`/api/v1/office/…` of who leaves and who eats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_querystring, document_request, document_response, tag

from hub.flows.office.meals import count_meals
from hub.flows.refusals import Reason, Refused
from hub.flows.roster.leaving import list_left, take_off
from hub.flows.roster.slips import revoke_class
from hub.flows.views.school.roster import ClassRevoked, LeftList
from hub.flows.views.school.staff import MealCounts
from hub.web.answers import deps, empty, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_office_roll", __name__, url_prefix="/api/v1/office")


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """`left_on` is today or earlier."""

    reason: str
    left_on: date


class RevokedClass(msgspec.Struct, frozen=True, kw_only=True):
    class_name: str = msgspec.field(name="class")


@dataclass(frozen=True, slots=True)
class OfDay:
    """`day` is ISO; without it today."""

    day: str | None = None


@routes.post("/pupils/<pupil>/leave")
@tag(["Канцелярия"])
@document_request(Leaving)
async def pupil_leaves(pupil: str) -> Response:
    """Off the roster, with reason and day; the family is told, its guardians go on seeing the child."""
    who, typed = await signed_in_writer(), await body(Leaving)

    async def act() -> Response:
        await take_off(deps(), who, pupil, reason=typed.reason, left_on=typed.left_on)
        return empty()

    return await once(deps(), who, act)


@routes.get("/left")
@tag(["Канцелярия"])
@document_response(LeftList)
async def pupils_who_left() -> Response:
    """The latest first: when, why, and who said so."""
    return json(await list_left(deps(), await signed_in()))


@routes.delete("/classes/invitations")
@tag(["Канцелярия"])
@document_request(RevokedClass)
@document_response(ClassRevoked)
async def revoke_class_codes() -> Response:
    """All live codes of the class open nothing any more."""
    who, typed = await signed_in_writer(), await body(RevokedClass)

    async def act() -> Response:
        return json(ClassRevoked(revoked=await revoke_class(deps(), who, typed.class_name)))

    return await once(deps(), who, act)


@routes.get("/meals")
@tag(["Канцелярия"])
@document_querystring(OfDay)
@document_response(MealCounts)
async def portions() -> Response:
    """Portions by class: the roster without those whose families told of an absence; nobody is named."""
    text = request.args.get("day")
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Refused(Reason.MALFORMED, "День записан неверно.") from error
    return json(await count_meals(deps(), await signed_in(), day=day))

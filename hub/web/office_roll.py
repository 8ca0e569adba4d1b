"""The office's pages of who leaves and who eats: a pupil taken off the roster, those who left, portions class by class."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows.office.meals import count_meals
from hub.flows.refusals import Reason, Refused
from hub.flows.roster.desk import require_cards
from hub.flows.roster.leaving import list_left, take_off
from hub.flows.roster.slips import revoke_class
from hub.web.answers import deps, page
from hub.web.office_desk import to, typed_day
from hub.web.roster import show_card
from hub.web.visitors import signed_in, signed_in_writer
from identity.errors import IdentityError

routes = Blueprint("office_roll", __name__, url_prefix="/office")


@routes.post("/pupils/<pupil>/leave")
@hide
async def leave(pupil: str) -> Response:
    """A refusal keeps the card and what was typed."""
    who, form = await signed_in_writer(), await request.form
    await require_cards(deps(), who)
    try:
        left_on = typed_day(form.get("left_on", ""), "Выберите день, с которого ученик выбыл.")
        await take_off(deps(), who, pupil, reason=form.get("reason"), left_on=left_on)
    except (Refused, IdentityError) as error:
        if isinstance(error, Refused) and error.reason is not Reason.MALFORMED:
            raise
        return await show_card(pupil, problem=problem_of(error), typed=form.to_dict())
    return to("/office/left")


@routes.get("/left")
@hide
async def left() -> Response:
    return await page("office/left.html", here="office", office=True, tab="classes", found=await list_left(deps(), await signed_in()))


@routes.post("/classes/<path:klass>/revoke")
@hide
async def revoke(klass: str) -> Response:
    """All live codes of the class open nothing any more."""
    await revoke_class(deps(), await signed_in_writer(), klass)
    return to(f"/office/classes/{quote(klass)}?only=without")


@routes.get("/meals")
@hide
async def meals() -> Response:
    """`?day=`; a day that is none or too far shows today, and says so."""
    who, text = await signed_in(), request.args.get("day")
    error: Refused | None = None
    try:
        day = date.fromisoformat(text) if text else None
        found = await count_meals(deps(), who, day=day)
    except (ValueError, Refused) as wrong:
        if isinstance(wrong, Refused) and wrong.reason is not Reason.MALFORMED:
            raise
        error = wrong if isinstance(wrong, Refused) else Refused(Reason.MALFORMED, "День записан неверно.")
        found = await count_meals(deps(), who)
    problem = problem_of(error) if error else None
    status = problem.status if problem else 200
    return await page("office/meals.html", status, here="office", office=True, tab="meals", found=found, problem=problem, done="")

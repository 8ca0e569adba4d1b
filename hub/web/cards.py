"""`/children/<id>/cards`: a child's cards and bracelets; a lost one is closed with one tap."""

from __future__ import annotations

from collections.abc import Mapping

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import cards
from hub.flows.refusals import Reason, Refused
from hub.store.sessions import Visitor
from hub.web.answers import deps, page
from hub.web.freshness import again_unless_fresh
from hub.web.guardianship import frame
from hub.web.office_desk import to
from hub.web.registers import KINDS, STATES
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("cards", __name__, url_prefix="/children/<child>/cards")
SHOWN_HERE = (Reason.MALFORMED, Reason.FORBIDDEN, Reason.ALREADY_DECIDED)
DONE: Mapping[str, str] = {
    "block": "Карта закрыта. Пройти и платить по ней больше нельзя; обед ребёнку дадут по списку.",
    "lose": "Карта отмечена потерянной и закрыта. Если её приложат к турникету, вы узнаете сразу. Обед ребёнку дадут по списку.",
    "found": "Карта снова открыта.",
    "added": "Карта записана и действует с этой минуты.",
}
WORDS = {"kinds": KINDS, "states": STATES}


@routes.get("")
@hide
async def show(child: str) -> Response:
    return await _page(await signed_in(), child, done=DONE.get(request.args.get("done", ""), ""))


@routes.post("")
@hide
async def add(child: str) -> Response:
    """What was typed as a number is never shown again, whatever was wrong with it."""
    who, given = await signed_in_writer(), await request.form
    try:
        await cards.add_card(deps(), who, child, kind=given.get("kind", ""), number=given.get("number", ""))
    except Refused as error:
        return await _again(who, child, error)
    return to(f"/children/{child}/cards?done=added")


@routes.post("/<card>/<step>")
@hide
async def turn(child: str, card: str, step: str) -> Response:
    who = await signed_in_writer()
    try:
        await cards.turn_card(deps(), who, child, card, step)
    except Refused as error:
        return await _again(who, child, error)
    return to(f"/children/{child}/cards?done={step}")


async def _again(who: Visitor, child: str, error: Refused) -> Response:
    if error.reason not in SHOWN_HERE:
        raise error
    return await _page(who, child, error=error)


async def _page(who: Visitor, child: str, *, done: str = "", error: Refused | None = None) -> Response:
    view = await cards.show_cards(deps(), who, child)
    around = await frame(deps(), who, child) | {"section": "cards"}
    problem = problem_of(error) if error else None
    again = again_unless_fresh(deps(), who, f"/children/{child}/cards")
    status = problem.status if problem else 200
    return await page("cards/of_child.html", status, **around, view=view, words=WORDS, done=done, problem=problem, again=again)

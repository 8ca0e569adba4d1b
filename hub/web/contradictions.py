"""`/children/<id>/contradictions`: one contradiction, one tap; `/office/contradictions`: the school's list with its answers."""

from __future__ import annotations

from collections.abc import Mapping

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows.contradictions import asking, desk
from hub.flows.refusals import Reason, Refused
from hub.web.answers import deps, page
from hub.web.guardianship import frame, to
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("contradictions", __name__)
STATES: Mapping[str, str] = {
    "open": "Никто не спрашивал", "asked": "Семья спрашивает", "answered": "Школа объяснила", "dismissed": "Семья не против",
}  # fmt: skip
ANSWERED = "Ответ отправлен: семья его увидит."
KEEPS = frozenset({Reason.MALFORMED, Reason.ALREADY_DECIDED, Reason.FORBIDDEN, Reason.OWN_FAMILY})


@routes.get("/children/<child>/contradictions")
@hide
async def listed(child: str) -> Response:
    who = await signed_in()
    view = await asking.list_contradictions(deps(), who, child)
    return await page("timeline/contradictions.html", view=view, **await frame(deps(), who, child) | {"section": "passes"})


@routes.get("/children/<child>/contradictions/<odd>")
@hide
async def one(child: str, odd: str) -> Response:
    return await _one(child, odd)


@routes.post("/children/<child>/contradictions/<odd>/appeal")
@hide
async def appeal(child: str, odd: str) -> Response:
    """One form, one button."""
    who, given = await signed_in_writer(), await request.form
    try:
        await asking.ask_school(deps(), who, child, odd, text=given.get("text", ""))
    except Refused as error:
        return await _again(error, child, odd)
    return to(f"/children/{child}/contradictions/{odd}?done=asked")


@routes.post("/children/<child>/contradictions/<odd>/dismiss")
@hide
async def dismiss(child: str, odd: str) -> Response:
    who = await signed_in_writer()
    try:
        await asking.dismiss(deps(), who, child, odd)
    except Refused as error:
        return await _again(error, child, odd)
    return to(f"/children/{child}/contradictions/{odd}?done=dismissed")


@routes.get("/office/contradictions")
@hide
async def at_desk() -> Response:
    found = await desk.list_at_desk(deps(), await signed_in(), state=request.args.get("state") or None)
    done = ANSWERED if "done" in request.args else None
    return await page(
        "office_desk/contradictions.html", found=found, states=STATES, problem=None, done=done, here="office", tab="contradictions"
    )


@routes.post("/office/contradictions/<odd>/answer")
@hide
async def answer(odd: str) -> Response:
    who, given = await signed_in_writer(), await request.form
    try:
        await desk.answer(deps(), who, odd, reason=given.get("reason"))
    except Refused as error:
        if error.reason not in KEEPS:
            raise
        problem, found = problem_of(error), await desk.list_at_desk(deps(), who, state=given.get("state"))
        shown = {"found": found, "states": STATES, "problem": problem, "done": None}
        return await page("office_desk/contradictions.html", problem.status, **shown, here="office", tab="contradictions")
    return to("/office/contradictions?done=answered")


async def _one(child: str, odd: str, status: int = 200, problem: object = None) -> Response:
    who = await signed_in()
    view = await asking.show_contradiction(deps(), who, child, odd)
    around = await frame(deps(), who, child) | {"section": "passes"}
    text = asking.prefilled(view)
    return await page("timeline/contradiction.html", status, one=view, text=text, problem=problem, done=request.args.get("done"), **around)


async def _again(error: Refused, child: str, odd: str) -> Response:
    if error.reason not in KEEPS:
        raise error
    problem = problem_of(error)
    return await _one(child, odd, problem.status, problem)

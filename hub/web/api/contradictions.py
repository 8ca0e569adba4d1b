"""`/api/v1/children/{id}/contradictions` of a family and `/api/v1/office/contradictions` of its school: seen, asked about, answered."""

from __future__ import annotations

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_request, document_response, tag

from hub.flows.contradictions import asking, desk
from hub.flows.timeline.meals import show_meals
from hub.flows.views.people.joint import Contradiction, ContradictionList, OfficeContradictions
from hub.flows.views.people.meals import MealsView
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_contradictions", __name__, url_prefix="/api/v1")
TAG = ["Проходы и питание"]


class TypedQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Without a text the school reads the contradiction itself."""

    text: str = ""


class TypedAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    reason: str


@routes.get("/children/<child>/meals")
@tag(TAG)
@document_response(MealsView)
async def meals(child: str) -> Response:
    """`?month=2026-11`, without it the current one: each purchase with its lines, price and account, and the month's sums."""
    return json(await show_meals(deps(), await signed_in(), child, month=request.args.get("month") or None))


@routes.get("/children/<child>/contradictions")
@tag(TAG)
@document_response(ContradictionList)
async def listed(child: str) -> Response:
    """What two sources say differently: a debit without a pass, a mark while absent, a benefit that was not used."""
    return json(await asking.list_contradictions(deps(), await signed_in(), child))


@routes.get("/children/<child>/contradictions/<odd>")
@tag(TAG)
@document_response(Contradiction)
async def one_contradiction(child: str, odd: str) -> Response:
    return json(await asking.show_contradiction(deps(), await signed_in(), child, odd))


@routes.post("/children/<child>/contradictions/<odd>/appeal")
@tag(TAG)
@document_request(TypedQuestion)
@document_response(Contradiction, 201)
@document_response(Contradiction)
async def appeal(child: str, odd: str) -> Response:
    """One tap: a debit is disputed, anything else is an appeal. 200 where the school was asked before."""
    who, typed = await signed_in_writer(), await body(TypedQuestion)

    async def act() -> Response:
        view, new = await asking.ask_school(deps(), who, child, odd, text=typed.text)
        return json(view, 201 if new else 200)

    return await once(deps(), who, act)


@routes.post("/children/<child>/contradictions/<odd>/dismiss")
@tag(TAG)
@document_response(Contradiction)
async def dismiss(child: str, odd: str) -> Response:
    """«Всё верно»."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await asking.dismiss(deps(), who, child, odd))

    return await once(deps(), who, act)


@routes.get("/office/contradictions")
@tag(["Канцелярия"])
@document_response(OfficeContradictions)
async def at_desk() -> Response:
    """`?state=` open, asked, answered or dismissed; what families' own diaries say is not here."""
    return json(await desk.list_at_desk(deps(), await signed_in(), state=request.args.get("state") or None))


@routes.post("/office/contradictions/<odd>/answer")
@tag(["Канцелярия"])
@document_request(TypedAnswer)
async def answer_contradiction(odd: str) -> Response:
    """The family reads the reason."""
    who, typed = await signed_in_writer(), await body(TypedAnswer)

    async def act() -> Response:
        await desk.answer(deps(), who, odd, reason=typed.reason)
        return Response(b"", 204)

    return await once(deps(), who, act)

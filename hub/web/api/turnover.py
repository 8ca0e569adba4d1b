"""`/api/v1/console/money` and `/api/v1/office/money`: turnover of a period, and money that somebody has to look at (F142)."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_querystring, document_request, document_response, tag

from hub.flows import reconcile, turnover
from hub.flows.views.paying.reconcile import DoubtfulTopUps, SuspenseList
from hub.flows.views.paying.turnover import TurnoverView
from hub.web.answers import deps, json
from hub.web.api.reading import body, day
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_turnover", __name__, url_prefix="/api/v1")


@dataclass(frozen=True, slots=True)
class OfDays:
    """Both days whole, by Moscow's clock; without them this month so far."""

    from_: str | None = None
    to: str | None = None


@routes.get("/console/money")
@tag(["Консоль"])
@document_querystring(OfDays)
@document_response(TurnoverView)
async def turnover_of_everybody() -> Response:
    """All schools, or `?school=` one by its OGRN: what came and went by school, provider, kind and day; what is held and what waits."""
    school = request.args.get("school") or None
    return json(await turnover.of_everybody(deps(), await signed_in(), first=day("from"), last=day("to"), school=school))


@routes.get("/office/money")
@tag(["Канцелярия"])
@document_querystring(OfDays)
@document_response(TurnoverView)
async def turnover_at_school() -> Response:
    """The officer's own school, by class, kind and day."""
    return json(await turnover.at_school(deps(), await signed_in(), first=day("from"), last=day("to")))


class MoveAsked(msgspec.Struct, frozen=True, kw_only=True):
    """`contract` is the ten-digit number, `note` says from where it is known."""

    contract: str
    purpose: str
    note: str


class WhyNot(msgspec.Struct, frozen=True, kw_only=True):
    why: str


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    id: str


@routes.get("/console/money/suspense")
@tag(["Консоль"])
@document_response(SuspenseList)
async def money_in_suspense() -> Response:
    """Money that waits for its account, the oldest first."""
    return json(await reconcile.show_suspense(deps(), await signed_in()))


@routes.post("/console/money/suspense/<txn>/move")
@tag(["Консоль"])
@document_request(MoveAsked)
@document_response(Proposed, 201)
async def propose_move(txn: str) -> Response:
    """Moves nothing yet: another operator has to sign."""
    who, asked = await signed_in_writer(), await body(MoveAsked)

    async def act() -> Response:
        made = await reconcile.propose_move(deps(), who, txn, number=asked.contract, purpose=asked.purpose, note=asked.note)
        return json(Proposed(id=made), 201)

    return await once(deps(), who, act)


@routes.post("/console/money/moves/<move>/sign")
@tag(["Консоль"])
async def sign_move(move: str) -> Response:
    """By another operator than the one who proposed it; the family is told. 204."""
    who = await signed_in_writer()

    async def act() -> Response:
        await reconcile.sign_move(deps(), who, move)
        return Response(b"", 204)

    return await once(deps(), who, act)


@routes.post("/console/money/moves/<move>/refuse")
@tag(["Консоль"])
@document_request(WhyNot)
async def refuse_move(move: str) -> Response:
    """The money stays in suspense. 204."""
    who, asked = await signed_in_writer(), await body(WhyNot)

    async def act() -> Response:
        await reconcile.refuse_move(deps(), who, move, asked.why)
        return Response(b"", 204)

    return await once(deps(), who, act)


@routes.get("/console/money/top-ups")
@tag(["Консоль"])
@document_response(DoubtfulTopUps)
async def doubtful_top_ups() -> Response:
    """Top-ups that somebody has to look at."""
    return json(await reconcile.doubtful_of_everybody(deps(), await signed_in()))


@routes.get("/office/money/top-ups")
@tag(["Канцелярия"])
@document_response(DoubtfulTopUps)
async def doubtful_top_ups_here() -> Response:
    """Those of the own school."""
    return json(await reconcile.doubtful_at_school(deps(), await signed_in()))

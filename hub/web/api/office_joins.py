"""`/api/v1/office/joins`: the school's office reads the requests to join with their evidence and decides them."""

from __future__ import annotations

from datetime import datetime

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_querystring, document_request, document_response, tag

from hub.flows.office import joining
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.joining import JoinCase, JoinCounts, JoinRow, JoinRows, JoinVerdicts
from hub.web.answers import deps, empty, json
from hub.web.api.reading import body, number
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_office_joins", __name__, url_prefix="/api/v1/office/joins")


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """`state` of the request, all without it; `until`: waiting since then or longer; `school` only for who works in several."""

    state: str | None = None
    kind: str | None = None
    class_name: str | None = msgspec.field(name="class", default=None)
    until: str | None = None
    school: str | None = None
    cursor: str | None = None
    limit: int | None = None


class TypedReason(msgspec.Struct, frozen=True, kw_only=True):
    reason: str | None = None


class TypedMany(msgspec.Struct, frozen=True, kw_only=True):
    """`decision`: approve or reject; a rejection has a reason."""

    requests: list[str]
    decision: str
    reason: str | None = None


class TypedChoice(msgspec.Struct, frozen=True, kw_only=True):
    four_eyes: bool


@routes.get("")
@tag(["Канцелярия"])
@document_querystring(Filter)
@document_response(JoinRows)
async def join_queue() -> Response:
    """Oldest first."""
    args = request.args
    asked = joining.asked_of(args.get("state"), args.get("kind"), args.get("class"), _moment(args.get("until")))
    limit = number("limit", default=100, most=200)
    found = await joining.list_joins(deps(), await signed_in(), asked, school=args.get("school"), cursor=args.get("cursor"), limit=limit)
    return json(found)


@routes.get("/counts")
@tag(["Канцелярия"])
@document_response(JoinCounts)
async def join_counts() -> Response:
    """How many wait, and of which classes."""
    return json(await joining.count_joins(deps(), await signed_in(), school=request.args.get("school")))


@routes.get("/<asked>")
@tag(["Канцелярия"])
@document_response(JoinCase)
async def join_case(asked: str) -> Response:
    """A request with everything behind it."""
    return json(await joining.read_join(deps(), await signed_in(), asked))


@routes.post("/<asked>/approve")
@tag(["Канцелярия"])
@document_response(JoinRow)
async def approve_request(asked: str) -> Response:
    """Yes. Where another officer has to agree too, `needs` says so, and the state is still submitted. Already decided: 409."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await joining.approve_join(deps(), who, asked))

    return await once(deps(), who, act)


@routes.post("/<asked>/reject")
@tag(["Канцелярия"])
@document_request(TypedReason)
@document_response(JoinRow)
async def reject_request(asked: str) -> Response:
    """No, with a reason that the family reads. Already decided: 409, by oneself too; one Idempotency-Key has one answer."""
    who = await signed_in_writer()
    typed = await body(TypedReason) if await request.get_data() else TypedReason()

    async def act() -> Response:
        return json(await joining.reject_join(deps(), who, asked, typed.reason))

    return await once(deps(), who, act)


@routes.post("/decide")
@tag(["Канцелярия"])
@document_request(TypedMany)
@document_response(JoinVerdicts)
async def decide_requests() -> Response:
    """Several at once, each for itself."""
    who, typed = await signed_in_writer(), await body(TypedMany)
    if typed.decision not in ("approve", "reject"):
        raise Refused(Reason.MALFORMED, "Решение может быть: approve, reject.")

    async def act() -> Response:
        approve_all = typed.decision == "approve"
        return json(await joining.decide_many(deps(), who, typed.requests, approve=approve_all, reason=typed.reason))

    return await once(deps(), who, act)


@routes.put("/settings")
@tag(["Канцелярия"])
@document_request(TypedChoice)
async def choose_signatures() -> Response:
    """The head chooses whether every approval needs two officers."""
    who, typed = await signed_in_writer(), await body(TypedChoice)

    async def act() -> Response:
        await joining.choose_four_eyes(deps(), who, typed.four_eyes, school=request.args.get("school"))
        return empty()

    return await once(deps(), who, act)


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(Reason.MALFORMED, "Время «until» записано неверно: нужен вид 2026-11-16T09:00:00+03:00.") from error
    if found.tzinfo is None:
        raise Refused(Reason.MALFORMED, "У времени «until» нет часового пояса: нужен вид 2026-11-16T09:00:00+03:00.")
    return found

"""The office's queue as pages: what waits, one item with its evidence, yes or no, and the next one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import office
from hub.flows.office.deciding.word import Word
from hub.flows.office.words import Document
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.desk import Decided, ReviewList, ReviewView
from hub.web.answers import deps, page
from hub.web.desk_words import DONE, WORDS, asks
from hub.web.visitors import signed_in, signed_in_writer
from identity.errors import IdentityError

routes = Blueprint("office_desk", __name__, url_prefix="/office")

ELSEWHERE = (Reason.NOT_FOUND, Reason.NOT_OFFICE, Reason.NOT_SIGNED_IN, Reason.LEVEL_TOO_LOW)
"""Refusals with a page of their own; the others keep the form and what was typed."""


@routes.get("/reviews")
@hide
async def queue() -> Response:
    """Everything that waits, oldest first."""
    found = await office.list_reviews(deps(), await signed_in())
    return await page("office_desk/queue.html", here="office", office=True, tab="reviews", found=found, words=WORDS, done=_done())


@routes.get("/reviews/<item>")
@hide
async def one(item: str) -> Response:
    return await _item(item, None, done=_done())


@routes.post("/reviews/<item>/sign")
@hide
async def sign(item: str) -> Response:
    return await _decide(item, office.sign_item)


@routes.post("/reviews/<item>/refuse")
@hide
async def refuse(item: str) -> Response:
    return await _decide(item, office.refuse_item)


async def _decide(item: str, turn: Callable[..., Awaitable[Decided]]) -> Response:
    """Then to the next item that this officer may decide; a recovery's code is shown first, this once."""
    who = await signed_in_writer()
    form = await request.form
    try:
        word = Word(reason=form.get("reason"), document=typed_document(form) if form.get("document_kind") is not None else None)
        decided = await turn(deps(), who, item, word)
    except (Refused, IdentityError) as error:
        if isinstance(error, Refused) and error.reason in ELSEWHERE:
            raise
        return await _item(item, error)
    if decided.code is not None:
        answer = await page(
            "office_desk/code.html", here="office", office=True, tab="recovery", decided=decided, zone=await _zone(), address=_recovery()
        )
        answer.headers["Cache-Control"] = "no-store"
        return answer
    rest = await office.list_reviews(deps(), who)
    following = next((one.id for one in rest.items if one.may and one.needs != "time" and one.id != item), None)
    return to(f"/office/reviews{f'/{following}' if following else ''}?done={decided.state}")


def _recovery() -> str:
    return f"{deps().settings.public_url}/recovery"


async def _zone() -> str:
    return (await office.list_reviews(deps(), await signed_in(), item="none")).zone


async def _item(item: str, error: Exception | None, *, done: str = "") -> Response:
    """One item; decided meanwhile, it leads back to the queue."""
    found: ReviewList = await office.list_reviews(deps(), await signed_in(), item=item)
    review: ReviewView | None = next(iter(found.items), None)
    problem = problem_of(error) if error else None
    status = problem.status if problem else 200
    if review is None:
        if problem is None:
            raise Refused(Reason.NOT_FOUND)
        return await page("office_desk/gone.html", status, here="office", office=True, tab="reviews", problem=problem)
    return await page(
        "office_desk/item.html",
        status,
        here="office",
        office=True,
        tab="reviews",
        found=found,
        item=review,
        asks=asks(review),
        words=WORDS,
        done=done,
        problem=problem,
    )


def _done() -> str:
    return DONE.get(request.args.get("done", ""), "")


def typed_document(form: Mapping[str, str]) -> Document:
    """The three fields of a document; the day must be one."""
    return Document(
        kind=form.get("document_kind", ""),
        number=form.get("document_number", ""),
        day=typed_day(form.get("document_date", ""), "Дата документа записана неверно."),
    )


def typed_day(text: str, refusal: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(Reason.MALFORMED, refusal) from error


def to(path: str) -> Response:
    return Response(b"", 303, headers={"Location": path, "Cache-Control": "no-store"})

"""The office's first page: joins with evidence at a glance, decided one after another or several at once, and what else waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows.office import joining, working
from hub.flows.office.waiting import count_waiting
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.joining import JoinRow, JoinVerdicts
from hub.store.sessions import Visitor
from hub.web.answers import deps, page, unkept
from hub.web.join_words import DONE, JOIN_WORDS, STATES, WAITING_DAYS
from hub.web.office_desk import ELSEWHERE, to
from hub.web.office_tabs import open_tabs
from hub.web.visitors import signed_in, signed_in_writer
from identity.errors import IdentityError

routes = Blueprint("office_home", __name__, url_prefix="/office")

A_PAGE = 30
WAITING = "submitted"
FILTERS = ("state", "kind", "class", "waits")


@routes.get("")
@hide
async def queue() -> Response:
    """Whose post opens no queue lands on the first page that it opens."""
    who = await signed_in()
    posts = await working.show_posts(deps(), who)
    if posts.items and posts.here is None:
        return to("/office/role")
    tabs = open_tabs(posts)
    if tabs and tabs[0].path != "/office":
        return to(tabs[0].path)
    if not tabs:
        raise Refused(Reason.NOT_FOUND)
    return await _queue(who, done=DONE.get(request.args.get("done", ""), ""))


@routes.post("/joins/decide")
@hide
async def decide() -> Response:
    """Several at once, each for itself; what could not be done is named line by line, and the queue stands below."""
    who, form = await signed_in_writer(), await request.form
    chosen, approve = form.getlist("request"), form.get("decision") != "reject"
    try:
        verdicts = await joining.decide_many(deps(), who, chosen, approve=approve, reason=form.get("reason"))
    except Refused as error:
        if error.reason is not Reason.MALFORMED:
            raise
        return await _queue(who, error=error, chosen=chosen)
    return await _queue(who, verdicts=verdicts, approve=approve)


@routes.get("/joins/<join>")
@hide
async def one(join: str) -> Response:
    return await _case(await signed_in(), join, done=DONE.get(request.args.get("done", ""), ""))


@routes.post("/joins/<join>/approve")
@hide
async def approve(join: str) -> Response:
    who = await signed_in_writer()
    return await _decide(who, join, lambda: joining.approve_join(deps(), who, join, repeats=True))


@routes.post("/joins/<join>/reject")
@hide
async def reject(join: str) -> Response:
    who = await signed_in_writer()
    reason = (await request.form).get("reason")
    return await _decide(who, join, lambda: joining.reject_join(deps(), who, join, reason, repeats=True))


async def _decide(who: Visitor, join: str, act: Callable[[], Awaitable[JoinRow]]) -> Response:
    """Then the next one that this officer may decide. A stale page hears what happened meanwhile, on the item itself."""
    try:
        row = await act()
    except (Refused, IdentityError) as error:
        if isinstance(error, Refused) and error.reason in (*ELSEWHERE, Reason.ROLE_UNCHOSEN):
            raise
        return await _case(who, join, error=error)
    rest = await joining.list_joins(deps(), who, joining.asked_of(WAITING), limit=A_PAGE)
    following = next((one.id for one in rest.items if "approve" in one.may and one.id != join), None)
    done = row.needs if row.needs in DONE else row.state
    return to(f"/office/joins/{following}?done={done}" if following else f"/office?done={done}")


async def _case(who: Visitor, join: str, *, done: str = "", error: Exception | None = None) -> Response:
    found, problem = await joining.read_join(deps(), who, join), problem_of(error) if error else None
    return await page(
        "joins_desk/case.html",
        problem.status if problem else 200,
        here="office",
        office=True,
        tab="queue",
        item=found,
        words=JOIN_WORDS,
        done=done,
        problem=problem,
    )


async def _queue(
    who: Visitor,
    *,
    done: str = "",
    error: Refused | None = None,
    verdicts: JoinVerdicts | None = None,
    approve: bool = True,
    chosen: list[str] | None = None,
) -> Response:
    asked = {name: request.args.get(name, "") for name in FILTERS}
    found = await _rows(who, asked)
    counts, waiting = await joining.count_joins(deps(), who), await count_waiting(deps(), who)
    kept = urlencode({name: text for name, text in asked.items() if text})
    problem = problem_of(error) if error else None
    answer = await page(
        "joins_desk/queue.html",
        problem.status if problem else 200,
        here="office",
        office=True,
        tab="queue",
        found=found,
        counts=counts,
        waiting=waiting,
        asked=asked,
        kept=kept,
        words=JOIN_WORDS,
        days=WAITING_DAYS,
        done=done,
        problem=problem,
        verdicts=verdicts,
        approve=approve,
        chosen=chosen or [],
    )
    return answer if verdicts is None else unkept(answer)


async def _rows(who: Visitor, asked: dict[str, str]) -> Any:
    """A filter that is none is as if it were not there: an old bookmark still opens the queue."""
    state = asked["state"] if asked["state"] in STATES else None if asked["state"] == "all" else WAITING
    kind = asked["kind"] if asked["kind"] in JOIN_WORDS["kinds"] else None
    days = int(asked["waits"]) if asked["waits"] in map(str, WAITING_DAYS) else 0
    until = deps().now() - timedelta(days=days) if days else None
    wanted = joining.asked_of(state, kind, asked["class"] or None, until)
    return await joining.list_joins(deps(), who, wanted, cursor=request.args.get("cursor") or None, limit=A_PAGE)

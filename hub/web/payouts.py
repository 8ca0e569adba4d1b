"""The remainder of an ended contract as a page: how much, until when, and three ways to get it."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows.payout.choose import choose_refund, choose_requisites, choose_sibling, show_payout
from hub.flows.refusals import Reason, Refused
from hub.store.sessions import Visitor
from hub.web.answers import deps, page
from hub.web.contracts import SHOWN_HERE
from hub.web.freshness import again_unless_fresh
from hub.web.office_desk import to
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("payouts", __name__, url_prefix="/payouts")


@routes.get("/<payout>")
@hide
async def one(payout: str) -> Response:
    return await _page(await signed_in(), payout)


@routes.post("/<payout>/way")
@hide
async def choose(payout: str) -> Response:
    """What was typed as an account is not put back into the form when it is refused: it may have been a card."""
    who, form = await signed_in_writer(), await request.form
    way = form.get("way", "")
    try:
        if way == "refund":
            await choose_refund(deps(), who, payout)
        elif way == "sibling":
            await choose_sibling(deps(), who, payout, form.get("contract", ""))
        elif way == "requisites":
            await choose_requisites(deps(), who, payout, bik=form.get("bik", ""), account=form.get("account", ""))
        else:
            raise Refused(Reason.MALFORMED, "Выберите, куда вернуть деньги.")
    except Refused as error:
        if error.reason not in SHOWN_HERE:
            raise
        return await _page(who, payout, error)
    return to(f"/payouts/{payout}")


async def _page(who: Visitor, payout: str, error: Refused | None = None) -> Response:
    found = deps()
    view = await show_payout(found, who, payout)
    problem = problem_of(error) if error else None
    again = again_unless_fresh(found, who, f"/payouts/{payout}") if view.may_choose else None
    return await page("payouts/one.html", problem.status if problem else 200, view=view, problem=problem, again=again)

"""Paying in as pages: the amount, every way with its total, and then what came of it, told by the ledger (RULES D4, D6)."""

from __future__ import annotations

import secrets

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows.money import show_month
from hub.flows.refusals import Reason, Refused
from hub.flows.top_up import begin_top_up, give_up_top_up, list_top_ups, show_top_up, show_ways
from hub.ledger.money import kopecks, roubles
from hub.store.sessions import Visitor
from hub.web.answers import deps, page
from hub.web.barcodes import code128
from hub.web.office_desk import to
from hub.web.roster_slips import qr_of
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("top_ups", __name__)
USUAL_KOP = (50_000, 100_000, 200_000)
WRONG = frozenset({Reason.MALFORMED, Reason.WRONG_AMOUNT})
NOT_AN_AMOUNT = "Напишите сумму в рублях, например 500 или 106,50."


@routes.get("/money/<account>/top-up")
@hide
async def ways(account: str) -> Response:
    """`?amount=` in roubles: the totals for it."""
    return await _ways(await signed_in(), account, request.args.get("amount", ""))


@routes.post("/money/<account>/top-up")
@hide
async def begin(account: str) -> Response:
    """Nothing leaves for the bank from here: the next page has the link, and tells what came of it."""
    who, given = await signed_in_writer(), await request.form
    provider, _, method = given.get("way", "").partition(":")
    typed, form, phone = given.get("amount", ""), given.get("form", ""), given.get("phone", "")
    try:
        view = await begin_top_up(deps(), who, account, provider=provider, method=method, amount_kop=_kop(typed), form=form, phone=phone)
    except Refused as error:
        if error.reason not in WRONG:
            raise
        return await _ways(who, account, typed, error, way=given.get("way", ""), phone=phone)
    return to(f"/money/top-ups/{view.id}")


@routes.get("/money/top-ups/<top_up>")
@hide
async def result(top_up: str) -> Response:
    """Where the bank sends the payer back; coming here pays nothing. A demand's code stands here, to be shown at the counter."""
    view = await show_top_up(deps(), await signed_in(), top_up)
    if view.demand is not None:
        return await page("top_up/demand.html", view=view, bars=_bars(view.demand.code))
    qr = qr_of(view.pay_url) if view.way == "sbp" and view.pay_url else ""
    return await page("top_up/result.html", view=view, qr=qr)


@routes.get("/money/top-ups/<top_up>/form")
@hide
async def demand_form(top_up: str) -> Response:
    """The demand on a sheet of paper, with its bar code (F036)."""
    view = await show_top_up(deps(), await signed_in(), top_up)
    if view.demand is None or view.demand.code is None:
        raise Refused(Reason.NOT_FOUND)
    return await page("top_up/form.html", view=view, bars=_bars(view.demand.code))


@routes.post("/money/top-ups/<top_up>/cancel")
@hide
async def give_up(top_up: str) -> Response:
    """A code that nobody paid by."""
    await give_up_top_up(deps(), await signed_in_writer(), top_up)
    return to(f"/money/top-ups/{top_up}")


def _bars(code: str | None) -> str:
    return code128(code) if code else ""


async def _ways(who: Visitor, account: str, typed: str, error: Refused | None = None, *, way: str = "", phone: str = "") -> Response:
    month = await show_month(deps(), who, account)
    mine = await list_top_ups(deps(), who, account)
    found = None
    try:
        found = await show_ways(deps(), who, account, _kop(typed)) if typed.strip() else None
    except Refused as refused:
        if refused.reason not in WRONG:
            raise
        error = error or refused
    problem = problem_of(error) if error else None
    return await page(
        "top_up/ways.html",
        problem.status if problem else 200,
        account=month.account,
        contract=month.contract,
        child=month.child,
        found=found,
        amount=typed.strip(),
        usual=[(roubles(kop), kop) for kop in USUAL_KOP],
        problem=problem.detail if problem else "",
        form=secrets.token_urlsafe(12),
        waiting=[one for one in mine.items if one.status == "pending"],
        zone=month.statement.zone,
        chosen=way,
        phone=phone[:40],
    )


def _kop(text: str) -> int:
    """People write a comma, and spaces between thousands."""
    found = kopecks("".join(text.split()).replace(",", "."))
    if found is None:
        raise Refused(Reason.WRONG_AMOUNT, NOT_AN_AMOUNT)
    return found

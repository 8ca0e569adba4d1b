"""Automatic top-up as pages: a rule in two steps, its state in plain words, off with one tap (RULES A14, D6)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows.autopay import Wish, begin_autopay, end_autopay, resume, show_autopay
from hub.flows.money import show_month
from hub.flows.refusals import Reason, Refused
from hub.ledger.money import kopecks, roubles
from hub.store.sessions import Visitor
from hub.web.answers import deps, page
from hub.web.freshness import again_unless_fresh
from hub.web.office_desk import to
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("autopay", __name__)
SHOWN_HERE = frozenset({Reason.MALFORMED, Reason.WRONG_AMOUNT, Reason.TEXT_CHANGED, Reason.ALREADY_DECIDED})
NOT_AN_AMOUNT = "Напишите суммы в рублях, например 500 или 106,50."
NOT_A_DAY = "День месяца — число от 1 до 31."
NOT_AGREED = "Поставьте отметку под текстом согласия: без неё ничего не включится."
FIELDS = ("kind", "amount", "cap", "threshold", "day")
USUAL: Mapping[str, str] = {"kind": "threshold", "amount": "500,00", "cap": "2 000,00", "threshold": "200,00", "day": "1"}
DONE = {"off": "Автопополнение отключено. Банк забудет карту, больше ничего не спишется.", "on": "Автопополнение снова включено."}


@routes.get("/money/<account>/autopay")
@hide
async def show(account: str) -> Response:
    """With the fields of the first step in the address: the words to agree to."""
    who, given = await signed_in(), {name: request.args.get(name, "") for name in FIELDS}
    if not given["kind"]:
        return await _shown(who, account, {})
    try:
        wish = _wish(given)
        return await _shown(who, account, given, wish=wish)
    except Refused as error:
        if error.reason not in SHOWN_HERE:
            raise
        return await _shown(who, account, given, error=error)


@routes.post("/money/<account>/autopay")
@hide
async def begin(account: str) -> Response:
    """The next page has the bank's address: the first payment is made there, by the person."""
    who, typed = await signed_in_writer(), await request.form
    given = {name: typed.get(name, "") for name in FIELDS}
    try:
        _require_agreed(typed)
        provider, _, method = typed.get("way", "").partition(":")
        wish = _wish(given, provider, method)
        view = await begin_autopay(
            deps(), who, account, wish, version=typed.get("version", ""), accepted_kop=_total(typed), form=typed.get("form", "")
        )
    except Refused as error:
        if error.reason not in SHOWN_HERE:
            raise
        return await _shown(who, account, given, error=error)
    return to(f"/money/top-ups/{view.top_up}")


@routes.post("/money/autopay/<rule>/off")
@hide
async def end(rule: str) -> Response:
    view = await end_autopay(deps(), await signed_in_writer(), rule)
    return to(f"/money/{view.account}/autopay?done=off")


@routes.post("/money/autopay/<rule>/resume")
@hide
async def again(rule: str) -> Response:
    who, typed = await signed_in_writer(), await request.form
    account = typed.get("account", "")
    try:
        _require_agreed(typed)
        view = await resume(deps(), who, rule, version=typed.get("version", ""), accepted_kop=_total(typed))
    except Refused as error:
        if error.reason not in SHOWN_HERE:
            raise
        return await _shown(who, account, {}, error=error)
    return to(f"/money/{view.account}/autopay?done=on")


async def _shown(
    who: Visitor, account: str, given: Mapping[str, str], *, wish: Wish | None = None, error: Refused | None = None
) -> Response:
    found = await show_autopay(deps(), who, account, wish)
    month = await show_month(deps(), who, account)
    problem = problem_of(error) if error else None
    return await page(
        "autopay/rule.html",
        problem.status if problem else 200,
        account=month.account,
        contract=month.contract,
        child=month.child,
        found=found,
        given={**USUAL, **given} if not given.get("kind") else given,
        step=2 if wish else 1,
        totals={one.provider + one.method: roubles(one.total_kop) for one in found.keepers},
        done=DONE.get(request.args.get("done", ""), ""),
        again=again_unless_fresh(deps(), who, request.full_path.rstrip("?")) if request.method == "GET" else None,
        problem=problem.detail if problem else "",
        form=secrets.token_urlsafe(12),
    )


def _wish(given: Mapping[str, str], provider: str = "", method: str = "") -> Wish:
    kind = given["kind"]
    return Wish(
        kind=kind,
        amount_kop=_kop(given["amount"]),
        cap_kop=_kop(given["cap"]),
        threshold_kop=_kop(given["threshold"]) if kind == "threshold" else None,
        day=_day(given["day"]) if kind == "monthly" else None,
        provider=provider,
        method=method,
    )


def _kop(text: str) -> int:
    """People write a comma, and spaces between thousands."""
    found = kopecks("".join(text.split()).replace(",", "."))
    if found is None:
        raise Refused(Reason.WRONG_AMOUNT, NOT_AN_AMOUNT)
    return found


def _day(text: str) -> int:
    if not (text.strip().isascii() and text.strip().isdigit() and len(text.strip()) <= 2):
        raise Refused(Reason.MALFORMED, NOT_A_DAY)
    return int(text)


def _total(typed: Mapping[str, str]) -> int:
    text = typed.get("total", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def _require_agreed(typed: Mapping[str, str]) -> None:
    if typed.get("agree") != "yes":
        raise Refused(Reason.MALFORMED, NOT_AGREED)

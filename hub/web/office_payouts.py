"""`/office/payouts` and `/office/benefits`: what is to be paid out with its terms, two signatures, and who has a benefit."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import contracts
from hub.flows.payout import close, desk, ending
from hub.flows.payout.listing import payouts_csv
from hub.flows.refusals import Reason, Refused
from hub.ledger.money import kopecks
from hub.store.sessions import Visitor
from hub.web.answers import deps, page
from hub.web.exports import handed
from hub.web.freshness import again_unless_fresh
from hub.web.office_desk import ELSEWHERE, to, typed_day, typed_document
from hub.web.visitors import led_from_elsewhere, signed_in, signed_in_writer

routes = Blueprint("office_payouts", __name__, url_prefix="/office")
DONE = {
    "signed": "Подписано. Деньги отправляет другой сотрудник.",
    "paid": "Записано: деньги отправлены. Плательщик узнал.",
    "failed": "Записано. Плательщик выберет другой способ.",
    "returned": "Записано. Плательщик выберет другой способ.",
    "closed": "Договор закончен, семья узнала.",
    "proposed": "Предложено. Нужна вторая подпись другого сотрудника.",
    "ending": "Подписано. Договоры заканчиваются, семьи узнают.",
    "dropped": "Отозвано.",
    "entered": "Заявление записано.",
    "granted": "Льгота назначена, семья узнала.",
    "refused": "Отказ записан, семья узнала.",
    "ended": "Льгота закончена, остаток вернулся в бюджет.",
    "added": "Начислено из бюджета.",
}
NOT_AN_AMOUNT = "Напишите сумму в рублях, например 500 или 106,50."


@routes.get("/payouts")
@hide
async def payouts() -> Response:
    return await _payouts(await signed_in())


@routes.get("/payouts.csv")
@hide
async def as_table() -> Response:
    who = await signed_in()
    if led_from_elsewhere():
        raise Refused(Reason.CROSS_SITE, "Файл забирают со страницы выплат.")
    return handed(await payouts_csv(deps(), who))


@routes.post("/payouts/<payout>/<act>")
@hide
async def decide(payout: str, act: str) -> Response:
    who, form = await signed_in_writer(), await request.form
    turns: dict[str, Callable[[], Awaitable[None]]] = {
        "sign": lambda: desk.sign_payout(deps(), who, payout),
        "paid": lambda: desk.pay_payout(deps(), who, payout, form.get("number", "")),
        "failed": lambda: desk.fail_payout(deps(), who, payout, form.get("reason")),
        "returned": lambda: desk.return_payout(deps(), who, payout, form.get("reason")),
    }
    return await _done(who, turns.get(act), "signed" if act == "sign" else act, _payouts, "/office/payouts")


@routes.post("/contracts")
@hide
async def draft() -> Response:
    """From a pupil's page, and back to it."""
    who, form = await signed_in_writer(), await request.form
    pupil = form.get("pupil", "")
    await contracts.draft_contract(deps(), who, pupil)
    return to(f"/office/pupils/{pupil}")


@routes.post("/contracts/end")
@hide
async def end_one() -> Response:
    who, form = await signed_in_writer(), await request.form

    async def turn() -> None:
        await close.end_by_number(deps(), who, form.get("number", ""), form.get("reason"))

    return await _done(who, turn, "closed", _payouts, "/office/payouts")


@routes.post("/contracts/ending/<act>")
@hide
async def end_all(act: str) -> Response:
    who, form = await signed_in_writer(), await request.form
    turns: dict[str, tuple[Callable[[], Awaitable[None]], str]] = {
        "propose": (lambda: ending.propose_ending(deps(), who, typed_document(form)), "proposed"),
        "sign": (lambda: ending.sign_ending(deps(), who), "ending"),
        "drop": (lambda: ending.drop_ending(deps(), who), "dropped"),
    }
    turn, said = turns.get(act, (None, ""))
    return await _done(who, turn, said, _payouts, "/office/payouts")


@routes.get("/benefits")
@hide
async def benefits() -> Response:
    return await _benefits(await signed_in())


@routes.post("/benefits")
@hide
async def enter() -> Response:
    who, form = await signed_in_writer(), await request.form

    async def turn() -> None:
        await contracts.enter_benefit(deps(), who, form.get("number", ""), typed_document(form))

    return await _done(who, turn, "entered", _benefits, "/office/benefits")


@routes.post("/benefits/<benefit>/<act>")
@hide
async def decide_benefit(benefit: str, act: str) -> Response:
    who, form = await signed_in_writer(), await request.form

    async def grant() -> None:
        since, until = (typed_day(form.get(name, ""), "Дата записана неверно.") for name in ("since", "until"))
        await contracts.grant_benefit(deps(), who, benefit, since=since, until=until, amount_kop=_kop(form.get("amount", "")))

    async def add() -> None:
        await contracts.add_to_benefit(deps(), who, benefit, amount_kop=_kop(form.get("amount", "")), form=form.get("form", ""))

    turns: dict[str, tuple[Callable[[], Awaitable[None]], str]] = {
        "grant": (grant, "granted"),
        "add": (add, "added"),
        "refuse": (lambda: contracts.refuse_benefit(deps(), who, benefit, form.get("reason")), "refused"),
        "end": (lambda: contracts.end_benefit(deps(), who, benefit, form.get("reason")), "ended"),
    }
    turn, said = turns.get(act, (None, ""))
    return await _done(who, turn, said, _benefits, "/office/benefits")


async def _done(
    who: Visitor, turn: Callable[[], Awaitable[None]] | None, said: str, again: Callable[..., Awaitable[Response]], back: str
) -> Response:
    if turn is None:
        raise Refused(Reason.NOT_FOUND)
    try:
        await turn()
    except Refused as error:
        if error.reason in ELSEWHERE or error.reason is Reason.NOT_FRESH:
            raise
        return await again(who, error)
    return to(f"{back}?done={said}")


async def _payouts(who: Visitor, error: Refused | None = None) -> Response:
    found = await desk.show_desk(deps(), who)
    problem = problem_of(error) if error else None
    again = again_unless_fresh(deps(), who, "/office/payouts")
    return await page(
        "payouts/desk.html", problem.status if problem else 200, here="office", office=True, tab="payouts", found=found, problem=problem,
        done=_said(), again=again,
    )  # fmt: skip


async def _benefits(who: Visitor, error: Refused | None = None) -> Response:
    found = await contracts.list_benefits(deps(), who)
    problem = problem_of(error) if error else None
    return await page(
        "contracts/benefits.html", problem.status if problem else 200, here="office", office=True, tab="benefits", found=found,
        problem=problem, done=_said(), form=secrets.token_urlsafe(12),
    )  # fmt: skip


def _said() -> str:
    return DONE.get(request.args.get("done", ""), "") if request.method == "GET" else ""


def _kop(text: str) -> int:
    found = kopecks("".join(text.split()).replace(",", "."))
    if found is None:
        raise Refused(Reason.WRONG_AMOUNT, NOT_AN_AMOUNT)
    return found

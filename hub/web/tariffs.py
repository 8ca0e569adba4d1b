"""«Тариф и СМС» as a page: what is on, what it costs, the others beside it; a paid one asks once more, the free one is one tap."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import tariffs
from hub.flows.refusals import Reason, Refused
from hub.flows.tariffs.words import WAITS
from hub.flows.views.paying.tariffs import TariffItem, TariffView
from hub.ledger.money import kopecks
from hub.store.sessions import Visitor
from hub.web.answers import deps, page
from hub.web.guardianship import frame
from hub.web.office_desk import to
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("tariffs", __name__)
NO_WORD = "Чтобы включить платное, отметьте, что согласны с текстом и ценой."
NOT_A_SUM = "Напишите сумму в рублях, например 50."
SAID_HERE = frozenset({Reason.MALFORMED, Reason.PRICE_CHANGED, Reason.TEXT_CHANGED, Reason.WRONG_AMOUNT, Reason.NO_TARIFF_HERE})
DONE = {
    "on": "Тариф выбран. О первом списании мы предупредили в уведомлениях.", "off": "Отключено. Больше ничего не спишется.",
    "sms_on": "СМС включены.", "sms_off": "СМС отключены.", "cap": "Предел на месяц записан.",
}  # fmt: skip


@routes.get("/children/<child>/tariff")
@hide
async def tariff(child: str) -> Response:
    return await _page(await signed_in(), child)


@routes.get("/children/<child>/tariff/<contract>/<chosen>")
@hide
async def ask(child: str, contract: str, chosen: str) -> Response:
    """The whole text and price before anything paid is on."""
    return await _ask(await signed_in(), child, contract, chosen)


@routes.post("/children/<child>/tariff/<contract>")
@hide
async def choose(child: str, contract: str) -> Response:
    who, form = await signed_in_writer(), await request.form
    chosen = form.get("tariff", "")
    try:
        if chosen != "zero" and form.get("agree") != "yes":
            raise Refused(Reason.MALFORMED, NO_WORD)
        await _its(who, child, contract)
        await tariffs.choose_tariff(
            deps(), who, contract, tariff=chosen, accepted_price_kop=_whole(form.get("price", "")), text_version=form.get("text", "")
        )
    except Refused as error:
        if error.reason not in SAID_HERE:
            raise
        return await (_page(who, child, error) if chosen == "zero" else _ask(who, child, contract, chosen, error))
    return to(f"/children/{child}/tariff?done={'off' if chosen == 'zero' else 'on'}")


@routes.post("/children/<child>/tariff/notices")
@hide
async def notice(child: str) -> Response:
    """One of the two SMS services, on or off."""
    who, form = await signed_in_writer(), await request.form
    on = form.get("on") == "yes"
    try:
        if on and form.get("agree") != "yes":
            raise Refused(Reason.MALFORMED, NO_WORD)
        await tariffs.put_notice(
            deps(),
            who,
            child,
            form.get("kind", ""),
            channel="sms",
            enabled=on,
            accepted_price_kop=_whole(form.get("price", "")),
            text_version=form.get("text", ""),
        )
    except Refused as error:
        if error.reason not in SAID_HERE:
            raise
        return await _page(who, child, error)
    return to(f"/children/{child}/tariff?done={'sms_on' if on else 'sms_off'}")


@routes.post("/children/<child>/tariff/<contract>/cap")
@hide
async def cap(child: str, contract: str) -> Response:
    who, form = await signed_in_writer(), await request.form
    try:
        kop = kopecks("".join(form.get("cap", "").split()).replace(",", "."))
        if kop is None:
            raise Refused(Reason.WRONG_AMOUNT, NOT_A_SUM)
        await _its(who, child, contract)
        await tariffs.put_cap(deps(), who, contract, kop)
    except Refused as error:
        if error.reason not in SAID_HERE:
            raise
        return await _page(who, child, error)
    return to(f"/children/{child}/tariff?done=cap")


async def _its(who: Visitor, child: str, contract: str) -> TariffView:
    """The contract, if it is this child's."""
    found = (await tariffs.show_of_child(deps(), who, child)).items
    one = next((one for one in found if one.contract == contract), None)
    if one is None:
        raise Refused(Reason.NOT_FOUND)
    return one


async def _page(who: Visitor, child: str, error: Refused | None = None) -> Response:
    view = await tariffs.show_of_child(deps(), who, child)
    wishes = await tariffs.show_notices(deps(), who, child)
    problem = problem_of(error) if error else None
    return await page(
        "tariffs/tariff.html",
        problem.status if problem else 200,
        view=view,
        wishes=wishes,
        sms=[one for one in wishes.items if one.channel == "sms"],
        waits=WAITS,
        done="" if problem else DONE.get(request.args.get("done", ""), ""),
        problem=problem,
        **await frame(deps(), who, child) | {"section": "tariff"},
    )


async def _ask(who: Visitor, child: str, contract: str, chosen: str, error: Refused | None = None) -> Response:
    view = await _its(who, child, contract)
    item: TariffItem | None = next((one for one in view.items if one.tariff == chosen and one.consent_text), None)
    if item is None or not view.may_choose:
        raise Refused(Reason.NOT_FOUND)
    problem = problem_of(error) if error else None
    around = await frame(deps(), who, child) | {"section": "tariff"}
    return await page("tariffs/choose.html", problem.status if problem else 200, view=view, item=item, done="", problem=problem, **around)


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None

"""`/office/prices`, `/office/services`, `/office/disputes`: what is sold, what is done without money, what families dispute."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import disputes
from hub.flows.debits.lessons import list_services
from hub.flows.debits.selling import NewService, end_service, make_service, put_price, reprice_service, say_terms, say_week, show_selling
from hub.flows.office.rights import Act
from hub.flows.refusals import Reason, Refused
from hub.flows.roster.listing import show_classes
from hub.ledger.money import kopecks, roubles
from hub.store.sessions import Visitor
from hub.web.answers import deps, page
from hub.web.office_desk import ELSEWHERE, to
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("office_selling", __name__, url_prefix="/office")
DONE: Mapping[str, str] = {
    "price": "Цена записана.",
    "terms": "Правило записано: каждое списание теперь называет его.",
    "week": "Учебные дни записаны.",
    "service": "Записано.",
    "reversed": "Деньги вернулись на счёт, семья узнает причину.",
    "refused": "Отказ отправлен семье с причиной.",
}
WEEK = (("1", "пн"), ("2", "вт"), ("3", "ср"), ("4", "чт"), ("5", "пт"), ("6", "сб"), ("7", "вс"))
STATES: Mapping[str, str] = {"open": "ждут решения", "reversed": "деньги вернули", "refused": "отказали", "withdrawn": "отозваны"}


@routes.get("/prices")
@hide
async def prices() -> Response:
    return await _prices(await signed_in())


@routes.post("/prices")
@hide
async def new_price() -> Response:
    who, given = await signed_in_writer(), await request.form
    try:
        kop = None if given.get("ends") else _kop(given.get("price", ""))
        await put_price(
            deps(), who, title=given.get("title", ""), item=given.get("item", ""), price_kop=kop, since=_day(given.get("since", ""))
        )
    except Refused as error:
        return await _prices(who, _kept(error))
    return to("/office/prices?done=price")


@routes.post("/prices/terms")
@hide
async def new_terms() -> Response:
    """Floor and limit in roubles; an empty floor is twice the price of the meal, an empty limit is none."""
    who, given = await signed_in_writer(), await request.form
    try:
        floor = given.get("floor", "").strip()
        limit = given.get("limit", "").strip()
        await say_terms(
            deps(),
            who,
            policy=given.get("policy", ""),
            floor_kop=-_kop(floor.lstrip("-−")) if floor else None,
            daily_limit_kop=_kop(limit) if limit else None,
            since=_day(given.get("since", "")),
        )
    except Refused as error:
        return await _prices(who, _kept(error))
    return to("/office/prices?done=terms")


@routes.post("/prices/week")
@hide
async def new_week() -> Response:
    who, given = await signed_in_writer(), await request.form
    try:
        await say_week(deps(), who, days="".join(sorted(set(given.getlist("day")))), since=_day(given.get("since", "")))
    except Refused as error:
        return await _prices(who, _kept(error))
    return to("/office/prices?done=week")


async def _prices(who: Visitor, error: Refused | None = None) -> Response:
    found = await show_selling(deps(), who)
    more = {"floor": roubles(-found.floor_kop) if found.floor_kop is not None else "", "week": WEEK}
    limit = roubles(found.daily_limit_kop) if found.daily_limit_kop is not None else ""
    return await _page("prices", error, tab="prices", found=found, limit=limit, **more)


@routes.get("/services")
@hide
async def services() -> Response:
    return await _services(await signed_in())


@routes.post("/services")
@hide
async def new_service() -> Response:
    who, given = await signed_in_writer(), await request.form
    try:
        new = NewService(
            title=given.get("title", ""),
            group=given.get("group", ""),
            classes=tuple(given.getlist("class")),
            teacher=given.get("teacher", ""),
            price_kop=_kop(given.get("price", "")),
            since=_day(given.get("since", "")),
            form=given.get("form", ""),
        )
        await make_service(deps(), who, new)
    except Refused as error:
        return await _services(who, _kept(error), typed=given)
    return to("/office/services?done=service")


@routes.post("/services/<service>/price")
@hide
async def new_service_price(service: str) -> Response:
    who, given = await signed_in_writer(), await request.form
    try:
        await reprice_service(deps(), who, service, price_kop=_kop(given.get("price", "")), since=_day(given.get("since", "")))
    except Refused as error:
        return await _services(who, _kept(error))
    return to("/office/services?done=service")


@routes.post("/services/<service>/end")
@hide
async def ended(service: str) -> Response:
    await end_service(deps(), await signed_in_writer(), service)
    return to("/office/services?done=service")


async def _services(who: Visitor, error: Refused | None = None, *, typed: Mapping[str, str] | None = None) -> Response:
    selling = await show_selling(deps(), who)
    found, classes = await list_services(deps(), who), await show_classes(deps(), who, act=Act.PRICES)
    names = [one.name for one in classes.items]
    return await _page(
        "services", error, tab="prices", found=found, classes=names, typed=typed or {}, form=secrets.token_urlsafe(16), today=selling.today
    )


@routes.get("/disputes")
@hide
async def desk() -> Response:
    """`?state=`; the overdue first."""
    found = await disputes.list_at_desk(deps(), await signed_in(), state=request.args.get("state"))
    return await _page("disputes", None, tab="disputes", found=found, states=STATES)


@routes.get("/disputes/<dispute>")
@hide
async def one(dispute: str) -> Response:
    return await _case(await signed_in(), dispute)


@routes.post("/disputes/<dispute>/reverse")
@hide
async def give_back(dispute: str) -> Response:
    """An empty sum is all that is left; then the next one that waits."""
    who, given = await signed_in_writer(), await request.form
    try:
        amount = given.get("amount", "").strip()
        await disputes.give_back(deps(), who, dispute, reason=given.get("reason"), amount_kop=_kop(amount) if amount else None)
    except Refused as error:
        return await _case(who, dispute, _kept(error), typed=given)
    return await _next(who, "reversed")


@routes.post("/disputes/<dispute>/refuse")
@hide
async def refuse(dispute: str) -> Response:
    who, given = await signed_in_writer(), await request.form
    try:
        await disputes.refuse(deps(), who, dispute, reason=given.get("reason"))
    except Refused as error:
        return await _case(who, dispute, _kept(error), typed=given)
    return await _next(who, "refused")


async def _next(who: Visitor, done: str) -> Response:
    rest = await disputes.list_at_desk(deps(), who)
    following = next((one.id for one in rest.items if one.may), None)
    return to(f"/office/disputes{f'/{following}' if following else ''}?done={done}")


async def _case(who: Visitor, dispute: str, error: Refused | None = None, *, typed: Mapping[str, str] | None = None) -> Response:
    found, zone = await disputes.show_at_desk(deps(), who, dispute)
    return await _page("dispute", error, tab="disputes", one=found, zone=zone, typed=typed or {})


async def _page(template: str, error: Refused | None, **more: Any) -> Response:
    problem = problem_of(error) if error else None
    done = None if problem else DONE.get(request.args.get("done", ""))
    status = problem.status if problem else 200
    return await page(f"office_debits/{template}.html", status, here="office", office=True, problem=problem, done=done, **more)


def _kept(error: Refused) -> Refused:
    """Refusals with a page of their own go on; the others keep the form."""
    if error.reason in (*ELSEWHERE, Reason.ROLE_UNCHOSEN):
        raise error
    return error


def _kop(text: str) -> int:
    found = kopecks("".join(text.split()).replace(",", "."))
    if found is None:
        raise Refused(Reason.WRONG_AMOUNT, "Напишите сумму в рублях, например 90 или 99,50.")
    return found


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(Reason.MALFORMED, "День записан неверно.") from error

"""`/api/v1/office/debits`, `/lessons`: meals of a class by list, a meal by hand, paid lessons, and what is taken back."""

from __future__ import annotations

import datetime as dt
import secrets

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_request, document_response, tag

from hub.flows import disputes
from hub.flows.debits.class_list import debit_class, debit_one, show_class_list
from hub.flows.debits.lessons import hold_lesson, list_services, show_group
from hub.flows.debits.order_card import list_card_orders, turn_card_order
from hub.flows.debits.undo import undo_debit
from hub.flows.views.paying.debits import (
    ClassDebits,
    DebitResult,
    DebitResults,
    GroupView,
    OfficeCardOrders,
    PutRight,
    ServiceList,
    UndoAsked,
)
from hub.ledger.debits.decide import Wanted
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_office_debits", __name__, url_prefix="/api/v1/office")


class TypedList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`present` are those who ate: nobody else is charged. `form` names the submit: once more changes nothing."""

    class_name: str = msgspec.field(name="class")
    item: str
    present: tuple[str, ...]
    form: str | None = None


class TypedMeal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`account` is auto (the benefit first where there is one), meal or benefit."""

    child: str
    item: str
    account: Wanted = Wanted.AUTO
    place: str = ""
    form: str | None = None


class TypedLesson(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    present: tuple[str, ...]
    day: dt.date | None = None
    form: str | None = None


class TypedReason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    reason: str | None = None


@routes.get("/debits")
@tag(["Канцелярия"])
@document_response(ClassDebits)
async def class_list() -> Response:
    """`?class=` and `?item=`: the class with what the dish would come to for each; no sum of anybody's account."""
    asked = request.args
    return json(await show_class_list(deps(), await signed_in(), klass=asked.get("class") or None, item=asked.get("item") or None))


@routes.post("/debits/meals")
@tag(["Канцелярия"])
@document_request(TypedList)
@document_response(DebitResults)
async def meals_by_list() -> Response:
    """One transaction a child, each with its own outcome."""
    who, typed = await signed_in_writer(), await body(TypedList)

    async def act() -> Response:
        return json(await debit_class(deps(), who, klass=typed.class_name, item=typed.item, present=typed.present, form=_form(typed.form)))

    return await once(deps(), who, act)


@routes.post("/debits/one")
@tag(["Канцелярия"])
@document_request(TypedMeal)
@document_response(DebitResult)
async def meal_by_hand() -> Response:
    """The till without a card: the pupil is named, the operator chooses the account."""
    who, typed = await signed_in_writer(), await body(TypedMeal)

    async def act() -> Response:
        form = _form(typed.form)
        found = await debit_one(deps(), who, child=typed.child, item=typed.item, account=typed.account, place=typed.place, form=form)
        return json(found)

    return await once(deps(), who, act)


@routes.post("/debits/<txn>/undo")
@tag(["Канцелярия"])
@document_request(TypedReason)
@document_response(PutRight)
async def undo(txn: str) -> Response:
    """The same day; later 409 `undo_by_request`."""
    who, typed = await signed_in_writer(), await body(TypedReason)

    async def act() -> Response:
        return json(await undo_debit(deps(), who, txn, typed.reason))

    return await once(deps(), who, act)


@routes.post("/debits/<txn>/request")
@tag(["Канцелярия"])
@document_request(TypedReason)
@document_response(UndoAsked, 201)
async def ask_to_undo(txn: str) -> Response:
    """A request that the office decides; 201 the first time, 200 while it waits."""
    who, typed = await signed_in_writer(), await body(TypedReason)

    async def act() -> Response:
        asked, new = await disputes.ask_as_staff(deps(), who, txn, typed.reason)
        return json(asked, 201 if new else 200)

    return await once(deps(), who, act)


@routes.get("/lessons")
@tag(["Канцелярия"])
@document_response(ServiceList)
async def services() -> Response:
    """The school's paid services; a teacher's own ones."""
    return json(await list_services(deps(), await signed_in()))


@routes.get("/lessons/<service>")
@tag(["Канцелярия"])
@document_response(GroupView)
async def group(service: str) -> Response:
    """Those whose families agreed to today's price."""
    return json(await show_group(deps(), await signed_in(), service))


@routes.post("/lessons/<service>")
@tag(["Канцелярия"])
@document_request(TypedLesson)
@document_response(DebitResults)
async def lesson(service: str) -> Response:
    """A held lesson: one transaction a child, once a day."""
    who, typed = await signed_in_writer(), await body(TypedLesson)

    async def act() -> Response:
        return json(await hold_lesson(deps(), who, service, present=typed.present, form=_form(typed.form), day=typed.day))

    return await once(deps(), who, act)


@routes.get("/card-orders")
@tag(["Канцелярия"])
@document_response(OfficeCardOrders)
async def card_orders() -> Response:
    return json(await list_card_orders(deps(), await signed_in()))


@routes.post("/card-orders/<order>/<to>")
@tag(["Канцелярия"])
@document_response(OfficeCardOrders)
async def turn_order(order: str, to: str) -> Response:
    """`ready` at the school, then `handed` over."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await turn_card_order(deps(), who, order, to))

    return await once(deps(), who, act)


def _form(typed: str | None) -> str:
    return typed or request.headers.get("Idempotency-Key") or secrets.token_urlsafe(16)

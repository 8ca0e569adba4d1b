"""A family about its own money: the day's limit, a transfer, a duplicate card, words to paid services, a disputed debit."""

from __future__ import annotations

import secrets

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_request, document_response, tag

from hub.flows import disputes
from hub.flows.debits.agree_service import say_on_service, show_services
from hub.flows.debits.limit import say_limit, show_limit
from hub.flows.debits.order_card import order_card, show_card_orders
from hub.flows.debits.transfer import show_transfer, transfer_money
from hub.flows.views.paying.debits import CardOrders, LimitView, OfferedServices, TransferForm, TransferView
from hub.flows.views.paying.disputes import DisputeList, DisputeView
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_debits", __name__, url_prefix="/api/v1")


class TypedLimit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Null is no limit at all; zero: nothing is bought for the family's money."""

    daily_kop: int | None


class TypedTransfer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`to` is another account of the same contract; `form` names the transfer: once more is the same one."""

    to: str
    amount_kop: int
    form: str | None = None


class TypedCardOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`price_kop` is what the person saw."""

    price_kop: int
    form: str | None = None


class TypedServiceWord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`word` is given, refused or withdrawn; a yes names the `version` that was shown."""

    word: str
    version: str = ""


class TypedDispute(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing but the row is needed."""

    transaction_id: str
    text: str = ""


@routes.get("/accounts/<account>/limit")
@tag(["Деньги"])
@document_response(LimitView)
async def read_limit(account: str) -> Response:
    """The day's limit of an account for food, what is spent today, and meals that were not paid with the rule that said so."""
    return json(await show_limit(deps(), await signed_in(), account))


@routes.put("/accounts/<account>/limit")
@tag(["Деньги"])
@document_request(TypedLimit)
@document_response(LimitView)
async def put_limit(account: str) -> Response:
    """At once; a higher one wants a sign-in of the last five minutes."""
    who, typed = await signed_in_writer(), await body(TypedLimit)

    async def act() -> Response:
        return json(await say_limit(deps(), who, account, typed.daily_kop))

    return await once(deps(), who, act)


@routes.get("/accounts/<account>/transfers/form")
@tag(["Деньги"])
@document_response(TransferForm)
async def transfer_form(account: str) -> Response:
    """How much may leave, and to which accounts of the contract."""
    return json(await show_transfer(deps(), await signed_in(), account))


@routes.post("/accounts/<account>/transfers")
@tag(["Деньги"])
@document_request(TypedTransfer)
@document_response(TransferView, 201)
async def new_transfer(account: str) -> Response:
    """A refund and a top-up through the clearing, both or none; never from the benefit."""
    who, typed = await signed_in_writer(), await body(TypedTransfer)

    async def act() -> Response:
        return json(await transfer_money(deps(), who, account, to=typed.to, amount_kop=typed.amount_kop, form=_form(typed.form)), 201)

    return await once(deps(), who, act)


@routes.get("/accounts/<account>/card-orders")
@tag(["Деньги"])
@document_response(CardOrders)
async def read_card_orders(account: str) -> Response:
    """Of an account of services: the price of a duplicate, what is missing, and the orders."""
    return json(await show_card_orders(deps(), await signed_in(), account))


@routes.post("/accounts/<account>/card-orders")
@tag(["Деньги"])
@document_request(TypedCardOrder)
@document_response(CardOrders, 201)
async def new_card_order(account: str) -> Response:
    """Paid at once; 409 `no_funds`: top up first."""
    who, typed = await signed_in_writer(), await body(TypedCardOrder)

    async def act() -> Response:
        return json(await order_card(deps(), who, account, price_kop=typed.price_kop, form=_form(typed.form)), 201)

    return await once(deps(), who, act)


@routes.get("/children/<child>/money/services")
@tag(["Деньги"])
@document_response(OfferedServices)
async def read_services(child: str) -> Response:
    """Paid services of the child's school, each with its price and whose word is there."""
    return json(await show_services(deps(), await signed_in(), child))


@routes.put("/children/<child>/money/services/<service>")
@tag(["Деньги"])
@document_request(TypedServiceWord)
@document_response(OfferedServices)
async def word_on_service(child: str, service: str) -> Response:
    """409 `price_changed` where another price holds by now."""
    who, typed = await signed_in_writer(), await body(TypedServiceWord)

    async def act() -> Response:
        return json(await say_on_service(deps(), who, child, service, word=typed.word, version=typed.version))

    return await once(deps(), who, act)


@routes.post("/accounts/<account>/disputes")
@tag(["Деньги"])
@document_request(TypedDispute)
@document_response(DisputeView, 201)
@document_response(DisputeView)
async def new_dispute(account: str) -> Response:
    """«Это не мы»: 201, or 200 with the request that waits already."""
    who, typed = await signed_in_writer(), await body(TypedDispute)

    async def act() -> Response:
        made, is_new = await disputes.dispute_debit(deps(), who, account, typed.transaction_id, text=typed.text)
        return json(made, 201 if is_new else 200)

    return await once(deps(), who, act)


@routes.get("/accounts/disputes")
@tag(["Деньги"])
@document_response(DisputeList)
async def list_disputes() -> Response:
    """About all accounts that this person sees, newest first."""
    return json(await disputes.list_mine(deps(), await signed_in()))


@routes.post("/accounts/disputes/<dispute>/withdraw")
@tag(["Деньги"])
@document_response(DisputeView)
async def withdraw_dispute(dispute: str) -> Response:
    """Before the school has decided."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await disputes.withdraw(deps(), who, dispute))

    return await once(deps(), who, act)


def _form(typed: str | None) -> str:
    return typed or request.headers.get("Idempotency-Key") or secrets.token_urlsafe(16)

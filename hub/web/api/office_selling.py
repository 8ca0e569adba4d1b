"""`/api/v1/office/prices`, `/services`, `/disputes`: what a school sells, what it does without money, and disputed debits."""

from __future__ import annotations

import datetime as dt
import secrets

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_request, document_response, tag

from hub.flows import disputes
from hub.flows.debits.selling import NewService, end_service, make_service, put_price, reprice_service, say_terms, say_week, show_selling
from hub.flows.views.paying.debits import Selling, ServiceView
from hub.flows.views.paying.disputes import OfficeDispute, OfficeDisputes
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_office_selling", __name__, url_prefix="/api/v1/office")


class TypedPrice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Without a price the sale ends on that day; without `item` the title names it."""

    title: str
    price_kop: int | None
    item: str = ""
    since: dt.date | None = None


class TypedTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`policy` is feed or refuse; `floor_kop` null: twice the price of that meal. `daily_limit_kop` holds where a family said nothing."""

    policy: str
    floor_kop: int | None = None
    daily_limit_kop: int | None = 20_000
    since: dt.date | None = None


class TypedWeek(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """ISO weekdays, as `12345`."""

    days: str
    since: dt.date | None = None


class TypedService(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`teacher` is a post of the school's staff; no `classes`: the whole school."""

    title: str
    group: str
    teacher: str
    price_kop: int
    classes: tuple[str, ...] = ()
    since: dt.date | None = None
    form: str | None = None


class TypedServicePrice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    price_kop: int
    since: dt.date | None = None


class TypedDecision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Without an amount all that is left of the debit."""

    reason: str | None = None
    amount_kop: int | None = None


@routes.get("/prices")
@tag(["Канцелярия"])
@document_response(Selling)
async def prices() -> Response:
    return json(await show_selling(deps(), await signed_in()))


@routes.post("/prices")
@tag(["Канцелярия"])
@document_request(TypedPrice)
@document_response(Selling)
async def new_price() -> Response:
    """From today or later; what was bought keeps its version."""
    who, typed = await signed_in_writer(), await body(TypedPrice)

    async def act() -> Response:
        found = await put_price(deps(), who, title=typed.title, price_kop=typed.price_kop, since=typed.since, item=typed.item)
        return json(found)

    return await once(deps(), who, act)


@routes.put("/prices/terms")
@tag(["Канцелярия"])
@document_request(TypedTerms)
@document_response(Selling)
async def new_terms() -> Response:
    """What happens when the money is not there; every decision about a meal names this rule."""
    who, typed = await signed_in_writer(), await body(TypedTerms)

    async def act() -> Response:
        found = await say_terms(
            deps(), who, policy=typed.policy, floor_kop=typed.floor_kop, daily_limit_kop=typed.daily_limit_kop, since=typed.since
        )
        return json(found)

    return await once(deps(), who, act)


@routes.put("/prices/week")
@tag(["Канцелярия"])
@document_request(TypedWeek)
@document_response(Selling)
async def new_week() -> Response:
    who, typed = await signed_in_writer(), await body(TypedWeek)

    async def act() -> Response:
        return json(await say_week(deps(), who, days=typed.days, since=typed.since))

    return await once(deps(), who, act)


@routes.post("/services")
@tag(["Канцелярия"])
@document_request(TypedService)
@document_response(ServiceView, 201)
async def new_service() -> Response:
    """A paid service: families agree each for itself."""
    who, typed = await signed_in_writer(), await body(TypedService)
    form = typed.form or request.headers.get("Idempotency-Key") or secrets.token_urlsafe(16)

    async def act() -> Response:
        new = NewService(
            title=typed.title, group=typed.group, classes=typed.classes, teacher=typed.teacher, price_kop=typed.price_kop,
            since=typed.since, form=form,
        )  # fmt: skip
        return json(await make_service(deps(), who, new), 201)

    return await once(deps(), who, act)


@routes.post("/services/<service>/price")
@tag(["Канцелярия"])
@document_request(TypedServicePrice)
@document_response(ServiceView)
async def new_service_price(service: str) -> Response:
    """Every family is asked anew."""
    who, typed = await signed_in_writer(), await body(TypedServicePrice)

    async def act() -> Response:
        return json(await reprice_service(deps(), who, service, price_kop=typed.price_kop, since=typed.since))

    return await once(deps(), who, act)


@routes.post("/services/<service>/end")
@tag(["Канцелярия"])
@document_response(ServiceView)
async def ended_service(service: str) -> Response:
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await end_service(deps(), who, service))

    return await once(deps(), who, act)


@routes.get("/disputes")
@tag(["Канцелярия"])
@document_response(OfficeDisputes)
async def office_disputes() -> Response:
    """`?state=` open, reversed, refused or withdrawn; what is due first stands first."""
    return json(await disputes.list_at_desk(deps(), await signed_in(), state=request.args.get("state")))


@routes.get("/disputes/<dispute>")
@tag(["Канцелярия"])
@document_response(OfficeDispute)
async def office_dispute(dispute: str) -> Response:
    found, _ = await disputes.show_at_desk(deps(), await signed_in(), dispute)
    return json(found)


@routes.post("/disputes/<dispute>/reverse")
@tag(["Канцелярия"])
@document_request(TypedDecision)
@document_response(OfficeDispute)
async def reverse_dispute(dispute: str) -> Response:
    """Whole, or `amount_kop` of it."""
    who, typed = await signed_in_writer(), await body(TypedDecision)

    async def act() -> Response:
        return json(await disputes.give_back(deps(), who, dispute, reason=typed.reason, amount_kop=typed.amount_kop))

    return await once(deps(), who, act)


@routes.post("/disputes/<dispute>/refuse")
@tag(["Канцелярия"])
@document_request(TypedDecision)
@document_response(OfficeDispute)
async def refuse_dispute(dispute: str) -> Response:
    who, typed = await signed_in_writer(), await body(TypedDecision)

    async def act() -> Response:
        return json(await disputes.refuse(deps(), who, dispute, reason=typed.reason))

    return await once(deps(), who, act)

"""`/api/v1/office/contracts`, `/benefits`, `/payouts`: the school drafts, ends, grants and pays out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

import msgspec
from quart import Blueprint, Response
from quart_schema import document_request, document_response, tag

from hub.flows import contracts
from hub.flows.payout import close, desk, ending
from hub.flows.views.paying.contracts import DraftMade
from hub.flows.views.school.payouts import BenefitDesk, PayoutDesk
from hub.web.answers import deps, empty, json
from hub.web.api.office_desk import TypedDocument, TypedReason
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_office_contracts", __name__, url_prefix="/api/v1/office")


class ForPupil(msgspec.Struct, frozen=True, kw_only=True):
    pupil: str


class ForContract(msgspec.Struct, frozen=True, kw_only=True):
    """`number` is the contract's, ten digits of text."""

    number: str
    document: TypedDocument


class Granted(msgspec.Struct, frozen=True, kw_only=True):
    """From `since` to `until`, both included; `amount_kop` comes from the budget on the first day."""

    since: date
    until: date
    amount_kop: int


class Amount(msgspec.Struct, frozen=True, kw_only=True):
    """`form` names this grant: sent twice it is one."""

    amount_kop: int
    form: str


class Order(msgspec.Struct, frozen=True, kw_only=True):
    number: str


class TypedEnding(msgspec.Struct, frozen=True, kw_only=True):
    document: TypedDocument


@routes.post("/contracts")
@tag(["Канцелярия"])
@document_request(ForPupil)
@document_response(DraftMade, 201)
async def draft_contract() -> Response:
    """A draft for an own pupil; the contract that is there already is answered again."""
    who, typed = await signed_in_writer(), await body(ForPupil)

    async def act() -> Response:
        return json(await contracts.draft_contract(deps(), who, typed.pupil), 201)

    return await once(deps(), who, act)


@routes.post("/contracts/<contract>/end")
@tag(["Канцелярия"])
@document_request(TypedReason)
async def end_office_contract(contract: str) -> Response:
    return await _done(lambda who, typed: close.end_by_school(deps(), who, contract, typed.reason), TypedReason)


@routes.post("/contracts/ending")
@tag(["Канцелярия"])
@document_request(TypedEnding)
async def propose_ending_all() -> Response:
    """The school ends all its contracts: the first of two signatures."""
    return await _done(lambda who, typed: ending.propose_ending(deps(), who, typed.document.read()), TypedEnding)


@routes.post("/contracts/ending/sign")
@tag(["Канцелярия"])
async def sign_ending_all() -> Response:
    """By another officer: from here on the contracts end."""
    return await _done(lambda who: ending.sign_ending(deps(), who))


@routes.post("/contracts/ending/drop")
@tag(["Канцелярия"])
async def drop_ending_all() -> Response:
    """Taken back before the second signature."""
    return await _done(lambda who: ending.drop_ending(deps(), who))


@routes.get("/benefits")
@tag(["Канцелярия"])
@document_response(BenefitDesk)
async def list_office_benefits() -> Response:
    return json(await contracts.list_benefits(deps(), await signed_in()))


@routes.post("/benefits")
@tag(["Канцелярия"])
@document_request(ForContract)
async def enter_office_benefit() -> Response:
    """For a family that brought the paper to the school."""
    return await _done(lambda who, typed: contracts.enter_benefit(deps(), who, typed.number, typed.document.read()), ForContract)


@routes.post("/benefits/<benefit>/grant")
@tag(["Канцелярия"])
@document_request(Granted)
async def grant_office_benefit(benefit: str) -> Response:
    return await _done(
        lambda who, typed: contracts.grant_benefit(deps(), who, benefit, since=typed.since, until=typed.until, amount_kop=typed.amount_kop),
        Granted,
    )


@routes.post("/benefits/<benefit>/refuse")
@tag(["Канцелярия"])
@document_request(TypedReason)
async def refuse_office_benefit(benefit: str) -> Response:
    return await _done(lambda who, typed: contracts.refuse_benefit(deps(), who, benefit, typed.reason), TypedReason)


@routes.post("/benefits/<benefit>/end")
@tag(["Канцелярия"])
@document_request(TypedReason)
async def end_office_benefit(benefit: str) -> Response:
    """What is left returns to the budget."""
    return await _done(lambda who, typed: contracts.end_benefit(deps(), who, benefit, typed.reason), TypedReason)


@routes.post("/benefits/<benefit>/add")
@tag(["Канцелярия"])
@document_request(Amount)
async def add_office_benefit(benefit: str) -> Response:
    return await _done(
        lambda who, typed: contracts.add_to_benefit(deps(), who, benefit, amount_kop=typed.amount_kop, form=typed.form), Amount
    )


@routes.get("/payouts")
@tag(["Канцелярия"])
@document_response(PayoutDesk)
async def list_office_payouts() -> Response:
    """What is to be paid out, the longest overdue first."""
    return json(await desk.show_desk(deps(), await signed_in()))


@routes.post("/payouts/<payout>/sign")
@tag(["Канцелярия"])
async def sign_payout(payout: str) -> Response:
    """The first officer has compared the requisites."""
    return await _done(lambda who: desk.sign_payout(deps(), who, payout))


@routes.post("/payouts/<payout>/paid")
@tag(["Канцелярия"])
@document_request(Order)
async def mark_payout_paid(payout: str) -> Response:
    """The second officer has sent the money by this payment order."""
    return await _done(lambda who, typed: desk.pay_payout(deps(), who, payout, typed.number), Order)


@routes.post("/payouts/<payout>/failed")
@tag(["Канцелярия"])
@document_request(TypedReason)
async def mark_payout_failed(payout: str) -> Response:
    return await _done(lambda who, typed: desk.fail_payout(deps(), who, payout, typed.reason), TypedReason)


@routes.post("/payouts/<payout>/returned")
@tag(["Канцелярия"])
@document_request(TypedReason)
async def mark_payout_returned(payout: str) -> Response:
    """The bank sent the money back."""
    return await _done(lambda who, typed: desk.return_payout(deps(), who, payout, typed.reason), TypedReason)


async def _done(turn: Callable[..., Awaitable[object]], kind: type[msgspec.Struct] | None = None) -> Response:
    """Who asks comes before what is asked."""
    who = await signed_in_writer()
    given = (await body(kind),) if kind is not None else ()

    async def act() -> Response:
        await turn(who, *given)
        return empty()

    return await once(deps(), who, act)

"""`/api/v1/contracts/{id}` and `/api/v1/payouts/{id}`: a contract's papers, its acceptance and end, and whither the remainder goes."""

from __future__ import annotations

from datetime import date

import msgspec
from quart import Blueprint, Response
from quart_schema import document_request, document_response, tag

from hub.flows import contracts
from hub.flows.contracts.accept import pin_of
from hub.flows.office.words import Document
from hub.flows.payout.choose import choose_refund, choose_requisites, choose_sibling, list_payouts, show_payout
from hub.flows.payout.close import close_contract
from hub.flows.refusals import Reason, Refused
from hub.flows.views.paying.contracts import (
    AcceptDone,
    BenefitView,
    CloseDone,
    ContractPaper,
    OfferView,
    PayoutList,
    PayoutView,
    PinMade,
)
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.api.shown_once import Put, Secret, shown_once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_contracts", __name__, url_prefix="/api/v1")


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """`agreed` is true under the text of this very version; `inn` is the payer's own, where the payer wants it in the contract."""

    offer_version: str
    agreed: bool
    inn: str = ""


class AskedBenefit(msgspec.Struct, frozen=True, kw_only=True):
    document_kind: str
    document_number: str
    document_date: date


class ChosenWay(msgspec.Struct, frozen=True, kw_only=True):
    """`way`: refund, requisites (with `bik` and `account`) or sibling (with `contract`)."""

    way: str
    bik: str = ""
    account: str = ""
    contract: str = ""


@routes.get("/contracts/<contract>")
@tag(["Деньги"])
@document_response(ContractPaper)
async def read_contract(contract: str) -> Response:
    """The parties, who holds the money, the offer, who accepted, benefits and payouts."""
    return json(await contracts.show_contract(deps(), await signed_in(), contract))


@routes.get("/contracts/<contract>/offer")
@tag(["Деньги"])
@document_response(OfferView)
async def read_offer(contract: str) -> Response:
    return json(await contracts.show_offer(deps(), await signed_in(), contract))


@routes.post("/contracts/<contract>/accept")
@tag(["Деньги"])
@document_request(Agreed)
@document_response(AcceptDone)
async def accept_contract(contract: str) -> Response:
    """The PIN is told in this answer alone. From 14 the pupil accepts too: `waits` names whose word is still wanted."""
    who, typed = await signed_in_writer(), await body(Agreed)

    async def act(seed: str) -> AcceptDone:
        return await contracts.accept_offer(
            deps(), who, contract, offer_version=typed.offer_version, agreed=typed.agreed, inn=typed.inn, seed=seed
        )

    def put(made: AcceptDone, place: Put) -> AcceptDone:
        return made if made.pin is None else msgspec.structs.replace(made, pin=place(0, made.pin))

    found = deps()
    return await shown_once(found, who, Secret(kind=AcceptDone, act=act, put=put, again=lambda seed, _: pin_of(found, seed)), 200)


@routes.post("/contracts/<contract>/pin")
@tag(["Деньги"])
@document_response(PinMade, 201)
async def new_contract_pin(contract: str) -> Response:
    """A new PIN for the terminal's cabinet; the former opens nothing any more."""
    who, found = await signed_in_writer(), deps()
    secret = Secret(
        kind=PinMade,
        act=lambda seed: contracts.renew_pin(found, who, contract, seed=seed),
        put=lambda made, place: PinMade(pin=place(0, made.pin)),
        again=lambda seed, _: pin_of(found, seed),
    )
    return await shown_once(found, who, secret, 201)


@routes.post("/contracts/<contract>/close")
@tag(["Деньги"])
@document_response(CloseDone)
async def end_contract(contract: str) -> Response:
    """By the payer, freshly signed in. Twice is once; the remainder waits for its way, ten calendar days at most."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await close_contract(deps(), who, contract))

    return await once(deps(), who, act)


@routes.get("/contracts/<contract>/payouts")
@tag(["Деньги"])
@document_response(PayoutList)
async def payouts_of_contract(contract: str) -> Response:
    return json(await list_payouts(deps(), await signed_in(), contract))


@routes.post("/contracts/<contract>/benefit")
@tag(["Деньги"])
@document_request(AskedBenefit)
@document_response(BenefitView, 201)
async def ask_contract_benefit(contract: str) -> Response:
    """An application for benefit meals with its document; the school decides."""
    who, typed = await signed_in_writer(), await body(AskedBenefit)
    document = Document(kind=typed.document_kind, number=typed.document_number, day=typed.document_date)

    async def act() -> Response:
        return json(await contracts.ask_benefit(deps(), who, contract, document), 201)

    return await once(deps(), who, act)


@routes.get("/payouts/<payout>")
@tag(["Деньги"])
@document_response(PayoutView)
async def read_payout(payout: str) -> Response:
    return json(await show_payout(deps(), await signed_in(), payout))


@routes.post("/payouts/<payout>/way")
@tag(["Деньги"])
@document_request(ChosenWay)
@document_response(PayoutView)
async def choose_payout_way(payout: str) -> Response:
    """Until an officer has signed it another way may be chosen. A card's number is refused and kept nowhere."""
    who, typed = await signed_in_writer(), await body(ChosenWay)

    async def act() -> Response:
        return json(await chosen(payout, typed))

    async def chosen(id_: str, way: ChosenWay) -> PayoutView:
        if way.way == "refund":
            return await choose_refund(deps(), who, id_)
        if way.way == "sibling":
            return await choose_sibling(deps(), who, id_, way.contract)
        if way.way == "requisites":
            return await choose_requisites(deps(), who, id_, bik=way.bik, account=way.account)
        raise Refused(Reason.MALFORMED, "«way» — refund, requisites или sibling.")

    return await once(deps(), who, act)

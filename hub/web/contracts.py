"""A contract as a page: its parties and its offer, «Согласен», the PIN that is shown once, a benefit, and the end."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import contracts
from hub.flows.payout.close import close_contract
from hub.flows.refusals import Reason, Refused
from hub.flows.show_me import list_children
from hub.flows.views.paying.contracts import ContractPaper
from hub.store.sessions import Visitor
from hub.web.answers import deps, page
from hub.web.freshness import again_unless_fresh
from hub.web.guardianship import frame
from hub.web.office_desk import to, typed_document
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("contracts", __name__, url_prefix="/contracts")
PARTIES = {"payer": "плательщик", "pupil": "ученик"}
SHOWN_HERE = frozenset(
    {
        Reason.MALFORMED, Reason.CONTRACT_STATE, Reason.OFFER_CHANGED, Reason.CONSENT_MISSING, Reason.WRONG_REQUISITES, Reason.NO_DOCUMENT,
        Reason.ALREADY_DECIDED, Reason.FORBIDDEN, Reason.HELD_BY_MERGE, Reason.RECENT_RECOVERY, Reason.NOT_ALLOWED_YET,
    }
)  # fmt: skip
"""Refusals that are read beside the form; the others have a page of their own."""


@routes.get("/<contract>")
@hide
async def paper(contract: str) -> Response:
    return await _page(await signed_in(), contract, "contracts/paper.html")


@routes.get("/<contract>/accept")
@hide
async def offer(contract: str) -> Response:
    """The whole text before the word; nothing is ticked beforehand."""
    return await _page(await signed_in(), contract, "contracts/accept.html", back="accept")


@routes.post("/<contract>/accept")
@hide
async def accept(contract: str) -> Response:
    who, form = await signed_in_writer(), await request.form
    try:
        done = await contracts.accept_offer(
            deps(), who, contract, offer_version=form.get("version", ""), agreed=form.get("word") == "agreed", inn=form.get("inn", "")
        )
    except Refused as error:
        return await _again(who, contract, "contracts/accept.html", error, back="accept")
    return await _with_pin(who, contract, pin=done.pin, waits=done.waits, state=done.state, fresh=False)


@routes.post("/<contract>/pin")
@hide
async def new_pin(contract: str) -> Response:
    who = await signed_in_writer()
    try:
        made = await contracts.renew_pin(deps(), who, contract)
    except Refused as error:
        return await _again(who, contract, "contracts/paper.html", error)
    return await _with_pin(who, contract, pin=made.pin, waits=(), state="", fresh=True)


@routes.get("/<contract>/close")
@hide
async def ask_close(contract: str) -> Response:
    """What the end means, asked once more."""
    return await _page(await signed_in(), contract, "contracts/close.html", back="close")


@routes.post("/<contract>/close")
@hide
async def close(contract: str) -> Response:
    """Then to the payout, where its way is chosen."""
    who = await signed_in_writer()
    try:
        done = await close_contract(deps(), who, contract)
    except Refused as error:
        return await _again(who, contract, "contracts/close.html", error, back="close")
    waiting = next((one.id for one in done.payouts if one.may_choose), None)
    return to(f"/payouts/{waiting}" if waiting else f"/contracts/{contract}")


@routes.get("/<contract>/benefit")
@hide
async def benefit(contract: str) -> Response:
    return await _page(await signed_in(), contract, "contracts/benefit.html")


@routes.post("/<contract>/benefit")
@hide
async def ask_benefit(contract: str) -> Response:
    who, form = await signed_in_writer(), await request.form
    try:
        await contracts.ask_benefit(deps(), who, contract, typed_document(form))
    except Refused as error:
        return await _again(who, contract, "contracts/benefit.html", error, typed=form)
    return to(f"/contracts/{contract}")


async def _with_pin(who: Visitor, contract: str, **told: Any) -> Response:
    """Shown this once; nobody keeps this page."""
    answer = await _page(who, contract, "contracts/accepted.html", **told)
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def _again(who: Visitor, contract: str, template: str, error: Refused, **more: Any) -> Response:
    if error.reason not in SHOWN_HERE:
        raise error
    return await _page(who, contract, template, error=error, **more)


async def _page(who: Visitor, contract: str, template: str, *, error: Refused | None = None, back: str = "", **more: Any) -> Response:
    found = deps()
    view = await contracts.show_contract(found, who, contract)
    problem = problem_of(error) if error else None
    around = await _around(who, view)
    return await page(
        template,
        problem.status if problem else 200,
        view=view,
        problem=problem,
        again=again_unless_fresh(found, who, f"/contracts/{contract}/{back}") if back else None,
        party_words=PARTIES,
        **around | {"typed": {}} | more,
    )


async def _around(who: Visitor, view: ContractPaper) -> dict[str, Any]:
    """The child's head where this person sees the child."""
    if view.child is not None and view.child.id in {one.id for one in (await list_children(deps(), who)).items}:
        return await frame(deps(), who, view.child.id) | {"section": "money"}
    return {"head": None, "siblings": (), "colour": 1, "section": "money"}

"""`/api/v1/…` of the family's own acts: leaving, lent views, the child's own login, proposals."""

from __future__ import annotations

from typing import Literal

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_request, document_response, tag

from hub.flows.guardianship import child_logins, delegations, leave, proposals
from hub.flows.views.people.guardianship import LentList, LentOffer, LentView, LoginMade, LoginView, ProposalList, ProposalView
from hub.flows.who_sees import who_sees
from hub.web.answers import deps, empty, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_guardianship", __name__, url_prefix="/api/v1")


class NewLoan(msgspec.Struct, frozen=True, kw_only=True):
    """`days`: 1 to 90. Without it only a grown pupil offers the own view, until it is taken back."""

    days: int | None = None


class TypedLoan(msgspec.Struct, frozen=True, kw_only=True):
    """The code; case, spaces and hyphens do not matter."""

    code: str


class NewGrant(msgspec.Struct, frozen=True, kw_only=True):
    """The former guardian, by the id of the pupil's list of guardians."""

    person: str


class NewLogin(msgspec.Struct, frozen=True, kw_only=True):
    """Without `login` the known one is kept, or one is made up."""

    login: str | None = None


class NewProposal(msgspec.Struct, frozen=True, kw_only=True):
    act: Literal["change_school", "erase_child"]


@routes.delete("/children/<child>/guardians/me")
@tag(["Семья"])
async def leave_child(child: str) -> Response:
    """Ends the own guardianship; what was opened for this child is destroyed."""
    who = await signed_in_writer()

    async def act() -> Response:
        await leave.leave_child(deps(), who, child)
        return empty()

    return await once(deps(), who, act)


@routes.get("/children/<child>/delegations")
@tag(["Семья"])
@document_response(LentList)
async def lent(child: str) -> Response:
    """Who else sees the child for a while."""
    return json(LentList(items=(await who_sees(deps(), await signed_in(), child)).delegations))


@routes.post("/children/<child>/delegations")
@tag(["Семья"])
@document_request(NewLoan)
@document_response(LentOffer, 201)
async def offer(child: str) -> Response:
    """The code is told once."""
    who, asked = await signed_in_writer(), await body(NewLoan)

    async def act() -> Response:
        return json(await delegations.offer(deps(), who, child, days=asked.days), 201)

    return await once(deps(), who, act)


@routes.get("/delegations")
@tag(["Семья"])
@document_response(LentList)
async def my_loans() -> Response:
    """What I lend and what is lent to me."""
    return json(await delegations.mine(deps(), await signed_in()))


@routes.post("/delegations/accept")
@tag(["Семья"])
@document_request(TypedLoan)
@document_response(LentView)
async def accept() -> Response:
    """Whatever is wrong, the answer is the same; after ten wrong tries it is 429."""
    who, typed = await signed_in_writer(), await body(TypedLoan)

    async def act() -> Response:
        return json(await delegations.accept(deps(), who, typed.code, address=request.remote_addr or ""))

    return await once(deps(), who, act)


@routes.delete("/delegations/<loan>")
@tag(["Семья"])
async def end(loan: str) -> Response:
    """Ends it at once; twice is harmless."""
    who = await signed_in_writer()

    async def act() -> Response:
        await delegations.end(deps(), who, loan)
        return empty()

    return await once(deps(), who, act)


@routes.post("/me/grants")
@tag(["Семья"])
@document_request(NewGrant)
@document_response(LentView, 201)
async def grant() -> Response:
    """A grown pupil lets a former guardian see the diary."""
    who, asked = await signed_in_writer(), await body(NewGrant)

    async def act() -> Response:
        return json(await delegations.grant(deps(), who, asked.person), 201)

    return await once(deps(), who, act)


@routes.get("/children/<child>/login")
@tag(["Семья"])
@document_response(LoginView)
async def login(child: str) -> Response:
    """Whether the child has an own login; never its password."""
    return json(await child_logins.read_login(deps(), await signed_in(), child))


@routes.post("/children/<child>/login")
@tag(["Семья"])
@document_request(NewLogin)
@document_response(LoginMade, 201)
async def make_login(child: str) -> Response:
    """Makes the login, or sets a new password; the password is told once."""
    who, asked = await signed_in_writer(), await body(NewLogin)

    async def act() -> Response:
        return json(await child_logins.make_login(deps(), who, child, login=asked.login), 201)

    return await once(deps(), who, act)


@routes.delete("/children/<child>/login")
@tag(["Семья"])
async def remove_login(child: str) -> Response:
    """The login opens nothing any more, and its sessions end."""
    who = await signed_in_writer()

    async def act() -> Response:
        await child_logins.remove_login(deps(), who, child)
        return empty()

    return await once(deps(), who, act)


@routes.get("/children/<child>/proposals")
@tag(["Семья"])
@document_response(ProposalList)
async def open_proposals(child: str) -> Response:
    """What waits for the other guardians or the school."""
    return json(await proposals.list_proposals(deps(), await signed_in(), child))


@routes.post("/children/<child>/proposals")
@tag(["Семья"])
@document_request(NewProposal)
@document_response(ProposalView, 201)
async def propose(child: str) -> Response:
    """A repeat returns the open one and does not start the week anew."""
    who, asked = await signed_in_writer(), await body(NewProposal)

    async def act() -> Response:
        return json(await proposals.propose_act(deps(), who, child, asked.act), 201)

    return await once(deps(), who, act)


@routes.get("/proposals/<proposal>")
@tag(["Семья"])
@document_response(ProposalView)
async def read_proposal(proposal: str) -> Response:
    """One proposal, for the child's guardians."""
    return json(await proposals.read_proposal(deps(), await signed_in(), proposal))


@routes.post("/proposals/<proposal>/object")
@tag(["Семья"])
@document_response(ProposalView)
async def object_to(proposal: str) -> Response:
    """Another guardian says no; then only the school decides."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await proposals.object_to_act(deps(), who, proposal))

    return await once(deps(), who, act)


@routes.delete("/proposals/<proposal>")
@tag(["Семья"])
@document_response(ProposalView)
async def take_back(proposal: str) -> Response:
    """Who proposed it takes it back."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await proposals.take_back(deps(), who, proposal))

    return await once(deps(), who, act)

"""`/api/v1/support`: a question without a sign-in, its answers by the secret, and the desks that answer."""

from __future__ import annotations

import secrets

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_request, document_response, tag

from hub.flows import support
from hub.flows.support import At, Question
from hub.flows.views.written.support import AskedView, DeskQueue, DeskTicket, SupportForm, TicketHeads, TicketView
from hub.store.sessions import Visitor
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.support import held_secret
from hub.web.visitors import network, require_our_page, signed_in, signed_in_writer, visitor

routes = Blueprint("api_support", __name__, url_prefix="/api/v1")
SECRET = "X-Support-Secret"
"""The secret travels in this header, never in an address."""


class TypedQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """`form` as `GET /support/form` gave it, sent after 3 seconds at the earliest; `website` stays empty. No SNILS is asked."""

    form: str
    name: str
    message: str
    email: str = ""
    phone: str = ""
    topic: str = ""
    school: str = ""
    website: str = ""


class TypedText(msgspec.Struct, frozen=True, kw_only=True):
    """`form` names the message: the same one twice is said once."""

    text: str
    form: str | None = None


class TypedSchool(msgspec.Struct, frozen=True, kw_only=True):
    """An OGRN; not needed where a school hands on to the operator."""

    school: str = ""


@routes.get("/support/form")
@tag(["Поддержка"])
@document_response(SupportForm)
async def support_form() -> Response:
    """A signed form and to whom one may write."""
    return json(await support.new_form(deps(), await visitor(), school=request.args.get("school", "")))


@routes.post("/support/tickets")
@tag(["Поддержка"])
@document_request(TypedQuestion)
@document_response(AskedView, 201)
async def ask() -> Response:
    """201, or 200 with the same number for the same form. A SNILS in the text is covered before storing (`masked`)."""
    who = await visitor()
    require_our_page()
    typed = await body(TypedQuestion)
    asked = Question(
        form=typed.form,
        hidden=typed.website,
        name=typed.name,
        text=typed.message,
        email=typed.email,
        phone=typed.phone,
        topic=typed.topic,
        school=typed.school,
    )
    made, new = await support.ask(deps(), who, network(), asked)
    return json(made, 201 if new else 200, headers={"Cache-Control": "no-store"})


@routes.get("/support/tickets")
@tag(["Поддержка"])
@document_response(TicketHeads)
async def list_mine() -> Response:
    """What the signed-in person asked."""
    return json(await support.mine(deps(), await signed_in()))


@routes.get("/support/tickets/<number>")
@tag(["Поддержка"])
@document_response(TicketView)
async def show_mine(number: str) -> Response:
    """For the session that asked it, or with the secret in `X-Support-Secret`."""
    return json(await support.show_ticket(deps(), await visitor(), await _secret(), number))


@routes.post("/support/tickets/<number>/messages")
@tag(["Поддержка"])
@document_request(TypedText)
@document_response(TicketView)
async def reply(number: str) -> Response:
    who = await visitor()
    require_our_page()
    typed = await body(TypedText)
    return json(await support.reply(deps(), who, await _secret(), number, typed.text, form=_form(typed)))


@routes.post("/support/tickets/<number>/close")
@tag(["Поддержка"])
@document_response(TicketView)
async def close(number: str) -> Response:
    who = await visitor()
    require_our_page()
    return json(await support.close(deps(), who, await _secret(), number))


@routes.get("/console/support")
@routes.get("/office/support")
@tag(["Поддержка"])
@document_response(DeskQueue)
async def queue() -> Response:
    """What waits at the operator's or at the school's desk, the longest waiting first; `state=closed` for the closed ones."""
    return json(await support.show_queue(deps(), await _desk(await signed_in()), state=request.args.get("state")))


@routes.get("/console/support/<number>")
@routes.get("/office/support/<number>")
@tag(["Поддержка"])
@document_response(DeskTicket)
async def show(number: str) -> Response:
    return json(await support.show_at_desk(deps(), await _desk(await signed_in()), number))


@routes.post("/console/support/<number>/answer")
@routes.post("/office/support/<number>/answer")
@tag(["Поддержка"])
@document_request(TypedText)
@document_response(DeskTicket)
async def answer(number: str) -> Response:
    who = await signed_in_writer()
    at, typed = await _desk(who), await body(TypedText)

    async def act() -> Response:
        return json(await support.answer(deps(), at, number, typed.text, form=_form(typed)))

    return await once(deps(), who, act)


@routes.post("/console/support/<number>/close")
@routes.post("/office/support/<number>/close")
@tag(["Поддержка"])
@document_response(DeskTicket)
async def close_at_desk(number: str) -> Response:
    who = await signed_in_writer()
    at = await _desk(who)

    async def act() -> Response:
        return json(await support.close_at_desk(deps(), at, number))

    return await once(deps(), who, act)


@routes.post("/console/support/<number>/hand-on")
@routes.post("/office/support/<number>/hand-on")
@tag(["Поддержка"])
@document_request(TypedSchool)
@document_response(DeskQueue)
async def hand_on(number: str) -> Response:
    """To the school named, or from a school to the operator."""
    who = await signed_in_writer()
    at, typed = await _desk(who), await body(TypedSchool)

    async def act() -> Response:
        return json(await support.hand_on(deps(), at, number, typed.school))

    return await once(deps(), who, act)


async def _secret() -> str:
    """A wrong one is counted as a wrong link is."""
    given = request.headers.get(SECRET, "")
    if given:
        await support.follow(deps(), network(), given)
    return given or held_secret()


def _form(typed: TypedText) -> str:
    return typed.form or request.headers.get("Idempotency-Key") or secrets.token_urlsafe(16)


async def _desk(who: Visitor) -> At:
    at_console = request.path.startswith("/api/v1/console/")
    return await (support.operator_desk if at_console else support.school_desk)(deps(), who)

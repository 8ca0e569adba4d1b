"""`/api/v1/support`: own questions of who is signed in, and the desks that answer; without a sign-in the page `/support` is the way."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_request, document_response, tag

from hub.deps import Deps
from hub.flows import support
from hub.flows.support import At, Question
from hub.flows.views.written.support import AskedView, DeskQueue, DeskTicket, SupportForm, TicketHeads, TicketView
from hub.store.sessions import Visitor
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import network, signed_in, signed_in_writer

routes = Blueprint("api_support", __name__, url_prefix="/api/v1")


class TypedQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """`form` as `GET /support/form` gave it, sent after 3 seconds at the earliest; `website` stays empty. No SNILS is asked."""

    form: str
    name: str
    message: str
    email: str = ""
    phone: str = ""
    topic: str = ""
    school: str = ""
    class_name: str = msgspec.field(name="class", default="")
    child: str = ""
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
    return json(await support.new_form(deps(), await signed_in(), school=request.args.get("school", "")))


@routes.post("/support/tickets")
@tag(["Поддержка"])
@document_request(TypedQuestion)
@document_response(AskedView, 201)
@document_response(AskedView)
async def ask_support() -> Response:
    """201, or 200 with the same number for the same form. A SNILS in the text is covered before storing (`masked`)."""
    who, typed = await signed_in_writer(pupil=True), await body(TypedQuestion)
    asked = Question(
        form=typed.form,
        hidden=typed.website,
        name=typed.name,
        text=typed.message,
        email=typed.email,
        phone=typed.phone,
        topic=typed.topic,
        school=typed.school,
        class_name=typed.class_name,
        child=typed.child,
    )

    async def act() -> Response:
        made, new = await support.ask(deps(), who, network(), asked)
        return json(made, 201 if new else 200)

    return await once(deps(), who, act)


@routes.get("/support/tickets")
@tag(["Поддержка"])
@document_response(TicketHeads)
async def list_questions() -> Response:
    """What the signed-in person asked."""
    return json(await support.mine(deps(), await signed_in()))


@routes.get("/support/tickets/<number>")
@tag(["Поддержка"])
@document_response(TicketView)
async def show_question(number: str) -> Response:
    return json(await support.show_ticket(deps(), await signed_in(), "", number))


@routes.post("/support/tickets/<number>/messages")
@tag(["Поддержка"])
@document_request(TypedText)
@document_response(TicketView)
async def reply_to_question(number: str) -> Response:
    who, typed = await signed_in_writer(pupil=True), await body(TypedText)

    async def act() -> Response:
        return json(await support.reply(deps(), who, "", number, typed.text, form=_form(typed)))

    return await once(deps(), who, act)


@routes.post("/support/tickets/<number>/close")
@tag(["Поддержка"])
@document_response(TicketView)
async def close_question(number: str) -> Response:
    who = await signed_in_writer(pupil=True)

    async def act() -> Response:
        return json(await support.close(deps(), who, "", number))

    return await once(deps(), who, act)


@routes.get("/console/support")
@tag(["Консоль"])
@document_response(DeskQueue)
async def console_questions() -> Response:
    """What waits at the operator's desk, the longest waiting first; `state=closed` for the closed ones."""
    return await _queue(support.operator_desk)


@routes.get("/office/support")
@tag(["Канцелярия"])
@document_response(DeskQueue)
async def office_questions() -> Response:
    """What waits at the school's desk, the longest waiting first; `state=closed` for the closed ones."""
    return await _queue(support.school_desk)


@routes.get("/console/support/<number>")
@tag(["Консоль"])
@document_response(DeskTicket)
async def console_question(number: str) -> Response:
    return await _item(support.operator_desk, number)


@routes.get("/office/support/<number>")
@tag(["Канцелярия"])
@document_response(DeskTicket)
async def office_question(number: str) -> Response:
    return await _item(support.school_desk, number)


@routes.post("/console/support/<number>/answer")
@tag(["Консоль"])
@document_request(TypedText)
@document_response(DeskTicket)
async def console_answer(number: str) -> Response:
    return await _answer(support.operator_desk, number)


@routes.post("/office/support/<number>/answer")
@tag(["Канцелярия"])
@document_request(TypedText)
@document_response(DeskTicket)
async def office_answer(number: str) -> Response:
    return await _answer(support.school_desk, number)


@routes.post("/console/support/<number>/close")
@tag(["Консоль"])
@document_response(DeskTicket)
async def console_close(number: str) -> Response:
    return await _close(support.operator_desk, number)


@routes.post("/office/support/<number>/close")
@tag(["Канцелярия"])
@document_response(DeskTicket)
async def office_close(number: str) -> Response:
    return await _close(support.school_desk, number)


@routes.post("/console/support/<number>/hand-on")
@tag(["Консоль"])
@document_request(TypedSchool)
@document_response(DeskQueue)
async def console_hand_on(number: str) -> Response:
    """To the school named by its OGRN."""
    return await _hand_on(support.operator_desk, number)


@routes.post("/office/support/<number>/hand-on")
@tag(["Канцелярия"])
@document_request(TypedSchool)
@document_response(DeskQueue)
async def office_hand_on(number: str) -> Response:
    """To the operator."""
    return await _hand_on(support.school_desk, number)


Door = Callable[[Deps, Visitor], Awaitable[At]]


async def _queue(door: Door) -> Response:
    return json(await support.show_queue(deps(), await door(deps(), await signed_in()), state=request.args.get("state")))


async def _item(door: Door, number: str) -> Response:
    return json(await support.show_at_desk(deps(), await door(deps(), await signed_in()), number))


async def _answer(door: Door, number: str) -> Response:
    who = await signed_in_writer()
    at, typed = await door(deps(), who), await body(TypedText)

    async def act() -> Response:
        return json(await support.answer(deps(), at, number, typed.text, form=_form(typed)))

    return await once(deps(), who, act)


async def _close(door: Door, number: str) -> Response:
    who = await signed_in_writer()
    at = await door(deps(), who)

    async def act() -> Response:
        return json(await support.close_at_desk(deps(), at, number))

    return await once(deps(), who, act)


async def _hand_on(door: Door, number: str) -> Response:
    who = await signed_in_writer()
    at, typed = await door(deps(), who), await body(TypedSchool)

    async def act() -> Response:
        return json(await support.hand_on(deps(), at, number, typed.school))

    return await once(deps(), who, act)


def _form(typed: TypedText) -> str:
    return typed.form or request.headers.get("Idempotency-Key") or secrets.token_urlsafe(16)

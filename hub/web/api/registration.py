"""`/api/v1/links/{id}/…`: registering at a diary, its letter about a forgotten password, another child in an open account."""

from __future__ import annotations

import msgspec
from quart import Blueprint, Response
from quart_schema import document_request, document_response, tag

from hub.flows import register_diary
from hub.flows.views.self_service.registration import JoiningView, RecoveryStarted, RegisteredView, RegistrationForms
from hub.web.answers import deps, empty, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import network, signed_in, signed_in_writer

routes = Blueprint("api_registration", __name__, url_prefix="/api/v1")


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """`form` is a form's name, `fields` what was typed, by the fields' names; `person` is the child that it is for."""

    fields: dict[str, str]
    form: str = ""
    person: str | None = None


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """`key` of an item, and one of its `answers`."""

    key: str
    answer: str


@routes.get("/links/<link>/registration")
@tag(["Подключения"])
@document_response(RegistrationForms)
async def forms(link: str) -> Response:
    """The forms of a diary's own registration and recovery. `link` is the system's name here."""
    await signed_in()
    return json(register_diary.show_registration(deps(), link))


@routes.post("/links/<link>/registration")
@tag(["Подключения"])
@document_request(Filled)
@document_response(RegisteredView, 201)
async def register(link: str) -> Response:
    """Sends the form to the diary, which answers with a letter. `link` is the system's name here."""
    who = await signed_in_writer()
    asked = await body(Filled)

    async def act() -> Response:
        made = await register_diary.register(deps(), who, link, asked.form, asked.fields, person=asked.person, network=network())
        return json(made, 201)

    return await once(deps(), who, act)


@routes.post("/links/<link>/recovery")
@tag(["Подключения"])
@document_request(Filled)
@document_response(RecoveryStarted, 202)
async def recover_login(link: str) -> Response:
    """Asks the diary for its own letter about a forgotten password. `link` is the system's name here."""
    who = await signed_in_writer()
    asked = await body(Filled)

    async def act() -> Response:
        return json(await register_diary.start_recovery(deps(), who, link, asked.fields, network=network()), 202)

    return await once(deps(), who, act)


@routes.get("/links/<link>/joining")
@tag(["Подключения"])
@document_response(JoiningView)
async def joining(link: str) -> Response:
    """How another child gets into this account, and what is under way."""
    return json(await register_diary.show_joining(deps(), await signed_in(), link))


@routes.post("/links/<link>/joining")
@tag(["Подключения"])
@document_request(Filled)
async def join(link: str) -> Response:
    """Sends an application or enters an invitation code; `POST /links/{id}/check` then tells what came of it."""
    who = await signed_in_writer()
    asked = await body(Filled)

    async def act() -> Response:
        await register_diary.join_child(deps(), who, link, asked.form, asked.fields, network=network())
        return empty()

    return await once(deps(), who, act)


@routes.post("/links/<link>/joining/answer")
@tag(["Подключения"])
@document_request(Answered)
async def answer(link: str) -> Response:
    """Accepts or declines an invitation, or withdraws an application."""
    who = await signed_in_writer()
    asked = await body(Answered)

    async def act() -> Response:
        await register_diary.answer_asked(deps(), who, link, asked.key, asked.answer)
        return empty()

    return await once(deps(), who, act)

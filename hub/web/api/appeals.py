"""`/api/v1/appeals`: the family's journal of appeals; `/api/v1/office/appeals`: the school's own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_querystring, document_request, document_response, tag

from hub.flows import appeals
from hub.flows.appeals import NewAppeal
from hub.flows.views.written.appeal import AppealForm, AppealList, AppealView, OfficeAppeal, OfficeAppeals
from hub.store.written.appeals import About
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_appeals", __name__, url_prefix="/api/v1")


class TypedAppeal(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` is debit, meal, pass, mark or other; `about` the datum. `form` names the appeal: once more is the same one."""

    child: str
    kind: str
    text: str
    about: About | None = None
    form: str | None = None


class TypedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """`form` names the message: the same one twice is said once."""

    text: str
    form: str | None = None


@dataclass(frozen=True, slots=True)
class OfMine:
    """`state` is sent, taken, answered, closed or withdrawn."""

    child: str | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class OfSchool:
    """Without `state` those that are not over; `class` narrows to one class; `school` only for who works in several."""

    state: str | None = None
    kind: str | None = None
    school: str | None = None


@routes.get("/appeals")
@tag(["Обращения"])
@document_querystring(OfMine)
@document_response(AppealList)
async def list_appeals() -> Response:
    """The own journal, what moved last first."""
    asked = request.args
    return json(await appeals.list_mine(deps(), await signed_in(), child=asked.get("child"), state=asked.get("state")))


@routes.get("/children/<child>/appeal-form")
@tag(["Обращения"])
@document_response(AppealForm)
async def appeal_form(child: str) -> Response:
    """What a new one may be about, the terms, and whether this person may write one."""
    return json(await appeals.appeal_form(deps(), await signed_in(), child))


@routes.post("/appeals")
@tag(["Обращения"])
@document_request(TypedAppeal)
@document_response(AppealView, 201)
@document_response(AppealView)
async def open_appeal() -> Response:
    """201, or 200 with the appeal that this form opened already."""
    who, typed = await signed_in_writer(), await body(TypedAppeal)
    form = typed.form or request.headers.get("Idempotency-Key") or secrets.token_urlsafe(16)

    async def act() -> Response:
        new = NewAppeal(child=typed.child, kind=typed.kind, form=form, text=typed.text, about=typed.about or About())
        made, is_new = await appeals.open_appeal(deps(), who, new)
        return json(made, 201 if is_new else 200)

    return await once(deps(), who, act)


@routes.get("/appeals/<appeal>")
@tag(["Обращения"])
@document_response(AppealView)
async def show_appeal(appeal: str) -> Response:
    return json(await appeals.show_mine(deps(), await signed_in(), appeal))


@routes.post("/appeals/<appeal>/messages")
@tag(["Обращения"])
@document_request(TypedMessage)
@document_response(AppealView)
async def reply_to_appeal(appeal: str) -> Response:
    """After an answer the school has a new term."""
    who, typed = await signed_in_writer(), await body(TypedMessage)

    async def act() -> Response:
        return json(await appeals.reply(deps(), who, appeal, typed.text, form=_form(typed)))

    return await once(deps(), who, act)


@routes.post("/appeals/<appeal>/withdraw")
@tag(["Обращения"])
@document_response(AppealView)
async def withdraw_appeal(appeal: str) -> Response:
    """Before the school has answered; afterwards 409."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await appeals.withdraw(deps(), who, appeal))

    return await once(deps(), who, act)


@routes.post("/appeals/<appeal>/close")
@tag(["Обращения"])
@document_response(AppealView)
async def close_appeal(appeal: str) -> Response:
    """The answer is enough."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await appeals.close(deps(), who, appeal))

    return await once(deps(), who, act)


@routes.get("/office/appeals")
@tag(["Канцелярия"])
@document_querystring(OfSchool)
@document_response(OfficeAppeals)
async def office_appeals() -> Response:
    """What is due first stands first; a class teacher sees the own class."""
    asked = request.args
    found = await appeals.list_at_desk(
        deps(), await signed_in(), school=asked.get("school"), state=asked.get("state"), kind=asked.get("kind"), klass=asked.get("class")
    )
    return json(found)


@routes.get("/office/appeals/<appeal>")
@tag(["Канцелярия"])
@document_response(OfficeAppeal)
async def office_appeal(appeal: str) -> Response:
    return json(await appeals.show_at_desk(deps(), await signed_in(), appeal))


@routes.post("/office/appeals/<appeal>/take")
@tag(["Канцелярия"])
@document_response(OfficeAppeal)
async def take_appeal(appeal: str) -> Response:
    """Into work; 409 where another has it already."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await appeals.take(deps(), who, appeal))

    return await once(deps(), who, act)


@routes.post("/office/appeals/<appeal>/answer")
@tag(["Канцелярия"])
@document_request(TypedMessage)
@document_response(OfficeAppeal)
async def answer_appeal(appeal: str) -> Response:
    who, typed = await signed_in_writer(), await body(TypedMessage)

    async def act() -> Response:
        return json(await appeals.answer(deps(), who, appeal, typed.text, form=_form(typed)))

    return await once(deps(), who, act)


def _form(typed: TypedMessage) -> str:
    return typed.form or request.headers.get("Idempotency-Key") or secrets.token_urlsafe(16)

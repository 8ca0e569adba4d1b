"""`/api/v1/children/{id}/messages`: letters of the child's diaries, read where they lie, and written once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_querystring, document_request, document_response, tag

from hub.flows import correspondence
from hub.flows.correspondence import NewLetter
from hub.flows.views.written.correspondence import LetterView, MessageList, MessageView, Outcome, RecipientList
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_messages", __name__, url_prefix="/api/v1/children/<child>/messages")


class TypedLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A new letter to `recipients` in the box `source`, or an answer to the letter `reply_to`. `form` names it: once more sends nothing."""

    text: str
    subject: str = ""
    recipients: list[str] = []
    reply_to: str | None = None
    source: str | None = None
    form: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """`folder` is inbox or sent, `source` one of `sources`, `cursor` the `next` of the page before."""

    folder: str = "inbox"
    source: str | None = None
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Whose:
    """`source` is one of the `sources` of the folder."""

    source: str | None = None


@routes.get("")
@tag(["Сообщения"])
@document_querystring(Asked)
@document_response(MessageList)
async def list_messages(child: str) -> Response:
    """One page of a folder, newest first; nothing is marked as read by it."""
    asked = request.args
    found = await correspondence.list_messages(
        deps(),
        await signed_in(),
        child,
        folder=asked.get("folder", "inbox"),
        source=asked.get("source"),
        cursor=asked.get("cursor"),
    )
    return json(found)


@routes.get("/recipients")
@tag(["Сообщения"])
@document_querystring(Whose)
@document_response(RecipientList)
async def list_recipients(child: str) -> Response:
    """Whom the family may write to there, the class teacher first."""
    return json(await correspondence.list_recipients(deps(), await signed_in(), child, source=request.args.get("source")))


@routes.get("/<message>")
@tag(["Сообщения"])
@document_response(MessageView)
async def open_message(child: str, message: str) -> Response:
    """A whole letter. The diary marks it as read."""
    return json(await correspondence.open_message(deps(), await signed_in(), child, message))


@routes.post("")
@tag(["Сообщения"])
@document_request(TypedLetter)
@document_response(LetterView, 201)
@document_response(LetterView, 202)
async def send_message(child: str) -> Response:
    """201 when it went; 202 with `unknown` when the diary did not answer in time and it may have arrived."""
    who, typed = await signed_in_writer(), await body(TypedLetter)
    form = typed.form or request.headers.get("Idempotency-Key") or secrets.token_urlsafe(16)

    async def act() -> Response:
        letter = NewLetter(
            form=form,
            text=typed.text,
            subject=typed.subject,
            recipients=typed.recipients,
            reply_to=typed.reply_to,
            source=typed.source,
        )
        sent = await correspondence.send_letter(deps(), who, child, letter)
        return json(sent, 201 if sent.state is Outcome.SENT else 202)

    return await once(deps(), who, act)

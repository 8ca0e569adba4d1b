"""`/api/v1/consents`: what is asked, one word on one purpose, and taking it back."""

from __future__ import annotations

from typing import Literal

import msgspec
from quart import Blueprint, Response
from quart_schema import document_request, document_response, tag

from hub.flows import consents
from hub.flows.views.self_service.consents import ConsentList, ConsentSaid
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_consents", __name__, url_prefix="/api/v1/consents")


class NewWord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One purpose, to the text of `version` that was shown; a list of purposes is no consent."""

    subject: str
    purpose: str
    version: str
    word: Literal["given", "refused"]


@routes.get("")
@tag(["Согласия"])
@document_response(ConsentList)
async def consents_asked() -> Response:
    """For me and each guarded child: what is asked, whose word is there, whose is wanted."""
    return json(await consents.list_consents(deps(), await signed_in()))


@routes.post("")
@tag(["Согласия"])
@document_request(NewWord)
@document_response(ConsentSaid, 201)
async def consent_said() -> Response:
    """Says one word on one purpose."""
    who, asked = await signed_in_writer(), await body(NewWord)

    async def act() -> Response:
        done = await consents.say(deps(), who, subject=asked.subject, purpose=asked.purpose, version=asked.version, word=asked.word)
        return json(done, 201)

    return await once(deps(), who, act)


@routes.post("/<consent>/withdraw")
@tag(["Согласия"])
@document_response(ConsentSaid)
async def consent_withdrawn(consent: str) -> Response:
    """Takes an own word back, at once; twice is harmless."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await consents.withdraw(deps(), who, consent))

    return await once(deps(), who, act)

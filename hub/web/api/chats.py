"""`/api/v1/children/{id}/chats`: a family's chats, and profiles shown to a school's bot."""

from __future__ import annotations

import msgspec
from quart import Blueprint, Response
from quart_schema import document_request, document_response, tag

from hub.flows import class_chats
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.chats import BotProfile, MyChats
from hub.web.answers import deps, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer
from identity.linking.class_chats import Audience

routes = Blueprint("api_chats", __name__, url_prefix="/api/v1")


class TypedWish(msgspec.Struct, frozen=True, kw_only=True):
    """In, or asked for anew after leaving; out of this chat alone."""

    wanted: bool


class TypedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the profile that opened the bot is the one that was meant."""

    mine: bool


@routes.get("/children/<child>/chats")
@tag(["Чаты"])
@document_response(MyChats)
async def my_chats(child: str) -> Response:
    """The chats of the child's class: where this person stands, the link, what is missing. Nothing else rests on them."""
    return json(await class_chats.show_my_chats(deps(), await signed_in(), child))


@routes.put("/children/<child>/chats/<audience>")
@tag(["Чаты"])
@document_request(TypedWish)
@document_response(MyChats)
async def choose(child: str, audience: str) -> Response:
    """In or out of one chat. The consent is said at `/api/v1/consents`."""
    who, typed = await signed_in_writer(pupil=True), await body(TypedWish)
    chosen = audience_of(audience)

    async def act() -> Response:
        return json(await class_chats.choose(deps(), who, child, chosen, wanted=typed.wanted))

    return await once(deps(), who, act)


@routes.get("/links/intents/<intent>/profile")
@tag(["Чаты"])
@document_response(BotProfile)
async def bot_profile(intent: str) -> Response:
    """Whether anybody opened the bot with the code of this intent."""
    return json(await class_chats.show_bot_profile(deps(), await signed_in(), intent))


@routes.post("/links/intents/<intent>/profile")
@tag(["Чаты"])
@document_request(TypedAnswer)
@document_response(BotProfile)
async def confirm_profile(intent: str) -> Response:
    """The same person says that it was he; then it is bound by the rules of every profile."""
    who, typed = await signed_in_writer(), await body(TypedAnswer)

    async def act() -> Response:
        return json(await class_chats.confirm_bot_profile(deps(), who, intent, yes=typed.mine))

    return await once(deps(), who, act)


def audience_of(text: str) -> Audience:
    if text not in set(Audience):
        raise Refused(Reason.NOT_FOUND)
    return Audience(text)

"""`/api/v1/office/messengers` and `/api/v1/office/chats`: with what the school works, and the chats of its classes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_querystring, document_request, document_response, tag

from hub.flows import class_chats
from hub.flows.views.school.chats import ChatDesk, ChatList, ChatMade, MessengerList, MovePlan
from hub.web.answers import deps, empty, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer
from identity.linking.class_chats import Audience, Strangers

routes = Blueprint("api_office_chats", __name__, url_prefix="/api/v1/office")


class TypedMessenger(msgspec.Struct, frozen=True, kw_only=True):
    """`account` is the community's or bot's id, where it is to be checked; `strangers` tell or remove; `since` a day, today without it."""

    token: str = ""
    account: str = ""
    strangers: Literal["tell", "remove"] = "tell"
    since: date | None = None


class TypedStrangers(msgspec.Struct, frozen=True, kw_only=True):
    strangers: Literal["tell", "remove"]


class TypedChat(msgspec.Struct, frozen=True, kw_only=True):
    """Without `carrier` the messenger in force today; `outside` is a chat that people made: its id there, or its invitation link."""

    class_name: str = msgspec.field(name="class")
    audience: Literal["pupils", "parents"]
    carrier: str | None = None
    outside: str = ""


class TypedClass(msgspec.Struct, frozen=True, kw_only=True):
    class_name: str = msgspec.field(name="class")


class TypedMove(msgspec.Struct, frozen=True, kw_only=True):
    """`dry_run` tells what would happen and does nothing. `chats`, by audience, where the new messenger makes none."""

    class_name: str = msgspec.field(name="class")
    carrier: str
    dry_run: bool = True
    chats: dict[Literal["pupils", "parents"], str] = {}


@dataclass(frozen=True, slots=True)
class OfSchool:
    """`school` only for who works in several."""

    school: str | None = None


@routes.get("/messengers")
@tag(["Канцелярия"])
@document_querystring(OfSchool)
@document_response(MessengerList)
async def messengers() -> Response:
    """With which messengers the school works, since when, and how they fare."""
    return json(await class_chats.list_messengers(deps(), await signed_in(), school=_school()))


@routes.put("/messengers/<carrier>")
@tag(["Канцелярия"])
@document_request(TypedMessenger)
@document_response(MessengerList)
async def connect(carrier: str) -> Response:
    """Checked at the messenger before it is kept; the token is never answered back."""
    who, typed = await signed_in_writer(), await body(TypedMessenger)

    async def act() -> Response:
        wanted = class_chats.Wanted(
            carrier=carrier, account=typed.account, token=typed.token, strangers=Strangers(typed.strangers), since=typed.since
        )
        return json(await class_chats.connect_messenger(deps(), who, wanted, school=_school()))

    return await once(deps(), who, act)


@routes.put("/messengers/<carrier>/strangers")
@tag(["Канцелярия"])
@document_request(TypedStrangers)
@document_response(MessengerList)
async def strangers(carrier: str) -> Response:
    who, typed = await signed_in_writer(), await body(TypedStrangers)

    async def act() -> Response:
        return json(await class_chats.choose_strangers(deps(), who, carrier, Strangers(typed.strangers), school=_school()))

    return await once(deps(), who, act)


@routes.delete("/messengers/<carrier>")
@tag(["Канцелярия"])
async def disconnect(carrier: str) -> Response:
    """Only while no chat is on it."""
    who = await signed_in_writer()

    async def act() -> Response:
        await class_chats.disconnect_messenger(deps(), who, carrier, school=_school())
        return empty()

    return await once(deps(), who, act)


@routes.get("/chats")
@tag(["Канцелярия"])
@document_querystring(OfSchool)
@document_response(ChatList)
async def chats() -> Response:
    """Class by class; a class teacher sees the own class."""
    return json(await class_chats.list_chats(deps(), await signed_in(), school=_school()))


@routes.post("/chats")
@tag(["Канцелярия"])
@document_request(TypedChat)
@document_response(ChatMade, 201)
async def make() -> Response:
    """Made by the messenger, or one that people made is bound to the class."""
    who, typed = await signed_in_writer(), await body(TypedChat)

    async def act() -> Response:
        asked = class_chats.NewChatAsked(
            klass=typed.class_name, audience=Audience(typed.audience), carrier=typed.carrier, outside=typed.outside
        )
        return json(await class_chats.make_chat(deps(), who, asked, school=_school()), 201)

    return await once(deps(), who, act)


@routes.post("/chats/move")
@tag(["Канцелярия"])
@document_request(TypedMove)
@document_response(MovePlan)
async def move() -> Response:
    """A class from one messenger to another, both chats in one action; `dry_run` first."""
    who, typed = await signed_in_writer(), await body(TypedMove)

    async def act() -> Response:
        asked = class_chats.Move(
            klass=typed.class_name, carrier=typed.carrier, outside={Audience(one): text for one, text in typed.chats.items()}
        )
        turn = class_chats.plan_move if typed.dry_run else class_chats.move_class
        return json(await turn(deps(), who, asked, school=_school()))

    return await once(deps(), who, act)


@routes.get("/chats/<chat>")
@tag(["Канцелярия"])
@document_response(ChatDesk)
async def one(chat: str) -> Response:
    """Who should be there and who is, strangers, and what was done with whom and why."""
    return json(await class_chats.show_chat(deps(), await signed_in(), chat))


@routes.delete("/chats/<chat>")
@tag(["Канцелярия"])
async def unbind(chat: str) -> Response:
    """The service forgets it; in the messenger nothing changes."""
    who = await signed_in_writer()

    async def act() -> Response:
        await class_chats.unbind_chat(deps(), who, chat)
        return empty()

    return await once(deps(), who, act)


@routes.post("/chats/<chat>/look")
@tag(["Канцелярия"])
@document_response(ChatDesk)
async def look(chat: str) -> Response:
    """Looked at now; what became of it is in the answer."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await class_chats.look_now(deps(), who, chat))

    return await once(deps(), who, act)


@routes.post("/chats/<chat>/let-go")
@tag(["Канцелярия"])
@document_response(ChatDesk)
async def let_go(chat: str) -> Response:
    """Those who were held back, because so many would go at once, may go."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await class_chats.let_go(deps(), who, chat))

    return await once(deps(), who, act)


@routes.post("/chats/<chat>/class")
@tag(["Канцелярия"])
@document_request(TypedClass)
@document_response(ChatDesk)
async def rename(chat: str) -> Response:
    """The class has another name since the summer; the chat goes along."""
    who, typed = await signed_in_writer(), await body(TypedClass)

    async def act() -> Response:
        return json(await class_chats.rename_class(deps(), who, chat, typed.class_name))

    return await once(deps(), who, act)


@routes.post("/chats/<chat>/guests/<guest>/keep")
@tag(["Канцелярия"])
@document_response(ChatDesk)
async def keep(chat: str, guest: str) -> Response:
    """The school knows who it is."""
    return await _guest(chat, guest, keep=True)


@routes.post("/chats/<chat>/guests/<guest>/remove")
@tag(["Канцелярия"])
@document_response(ChatDesk)
async def remove(chat: str, guest: str) -> Response:
    return await _guest(chat, guest, keep=False)


async def _guest(chat: str, guest: str, *, keep: bool) -> Response:
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await class_chats.decide_guest(deps(), who, chat, guest, keep=keep))

    return await once(deps(), who, act)


def _school() -> str | None:
    return request.args.get("school")

"""`/api/v1/links`: connecting accounts, what became of it, checking and unlinking; and the search for schools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_querystring, document_request, document_response, tag

from hub.flows import class_chats, link_account, register_diary
from hub.flows.check_link import check_link
from hub.flows.find_school import find_school
from hub.flows.views.people.family import CodeAwaited, IntentStarted, IntentView, LinkList, LinkState, SchoolList
from hub.web.answers import deps, empty, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.paths import own_path
from hub.web.visitors import browser, keep_browser, network, new_browser, signed_in, signed_in_writer
from identity.model import LinkRole

routes = Blueprint("api_links", __name__, url_prefix="/api/v1")


class NewLink(msgspec.Struct, frozen=True, kw_only=True):
    """`person` is whose account it is; without `credentials` the browser opens `authorize_url`."""

    person: str | None = None
    role: Literal["parent", "child"] | None = None
    credentials: dict[str, str] | None = None
    next: str | None = None


class Code(msgspec.Struct, frozen=True, kw_only=True):
    code: str


class Picks(msgspec.Struct, frozen=True, kw_only=True):
    """By the child's key in the account: the id of the own child."""

    children: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sought:
    """`q` is a school's name however it is written, its INN or its OGRN."""

    q: str


@routes.post("/links/<link>")
@tag(["Подключения"])
@document_request(NewLink)
@document_response(IntentStarted | LinkState | CodeAwaited, 201)
async def connect(link: str) -> Response:
    """Stores an intent and tells where the browser goes; with credentials links at once. `link` is the system's name here."""
    system = link  # OpenAPI knows no two paths that differ only in the names of their parameters.
    who = await signed_in_writer()
    asked = await body(NewLink)
    role = LinkRole(asked.role) if asked.role else None
    found = browser() or new_browser()

    async def act() -> Response:
        if asked.credentials is not None:
            linked = await link_account.link_with_credentials(
                deps(), who, system, asked.credentials, person=asked.person, role=role, network=network()
            )
            return json(linked, 201)
        if class_chats.is_bot(deps(), system):
            return json(await class_chats.begin_bot_profile(deps(), who, system, whom=asked.person, role=role), 201)
        started = await link_account.start_intent(
            deps(), who, system, person=asked.person, role=role, browser=found, next_path=own_path(asked.next)
        )
        return json(started, 201)

    answer = await once(deps(), who, act)
    keep_browser(answer, found)
    return answer


@routes.get("/links")
@tag(["Подключения"])
@document_response(LinkList)
async def links() -> Response:
    """Own accounts and the children's, each with its evidence."""
    return json(await link_account.list_links(deps(), await signed_in()))


@routes.get("/links/intents/<intent>")
@tag(["Подключения"])
@document_response(IntentView)
async def intent_state(intent: str) -> Response:
    """What became of an intent."""
    return json(await link_account.read_intent(deps(), await signed_in(), intent))


@routes.delete("/links/<link>")
@tag(["Подключения"])
async def unlink(link: str) -> Response:
    """Closes the link and destroys the access; the last strong identity stays."""
    who = await signed_in_writer()

    async def act() -> Response:
        await link_account.unlink(deps(), who, link)
        return empty()

    return await once(deps(), who, act)


@routes.post("/links/<link>/check")
@tag(["Подключения"])
@document_response(LinkState)
async def check(link: str) -> Response:
    """Asks the outside system now."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await check_link(deps(), who, link))

    return await once(deps(), who, act)


@routes.post("/links/<link>/code")
@tag(["Подключения"])
@document_request(Code)
@document_response(LinkState)
async def code(link: str) -> Response:
    """The second step of a system that asks for a code: five tries in ten minutes; or the code of a registration's letter.

    The answer names the link."""
    who = await signed_in_writer()
    asked = await body(Code)

    async def act() -> Response:
        done = await register_diary.confirm_registration(deps(), who, link, asked.code)
        return json(done if done is not None else await link_account.enter_code(deps(), who, link, asked.code))

    return await once(deps(), who, act)


@routes.post("/links/<link>/children")
@tag(["Подключения"])
@document_request(Picks)
async def pick(link: str) -> Response:
    """The owner says which own child a listed one is."""
    who = await signed_in_writer()
    asked = await body(Picks)

    async def act() -> Response:
        await link_account.pick_children(deps(), who, link, asked.children)
        return empty()

    return await once(deps(), who, act)


@routes.get("/schools")
@tag(["Школы"])
@document_querystring(Sought)
@document_response(SchoolList)
async def schools() -> Response:
    """Schools by name, INN or OGRN, best first."""
    await signed_in()
    return json(await find_school(deps(), request.args.get("q", "")))

"""Family and access as pages: the overview that leads to each of them, connecting a diary, who looked, notices."""

from __future__ import annotations

import re

from quart import Blueprint, Response, request
from quart_schema import hide

from connectors.kit.errors import ConnectorError
from hub.errors import problem_of
from hub.flows import link_account
from hub.flows.read_notices import read_notices
from hub.flows.refusals import Reason, Refused
from hub.flows.show_me import list_children, show_me
from hub.flows.views.diary import ChildHead
from hub.flows.who_looked import who_looked
from hub.web.answers import deps, page
from hub.web.diary_choice import DiaryChoice, choice, choices
from hub.web.paths import own_path
from hub.web.visitors import network, signed_in, signed_in_writer

routes = Blueprint("family", __name__)


@routes.get("/family")
@hide
async def family() -> Response:
    who, found = await signed_in(), deps()
    return await page(
        "family.html",
        here="family",
        me=await show_me(found, who),
        links=await link_account.list_links(found, who),
        diaries=choices(found),
    )


@routes.get("/connect/<system>")
@hide
async def connect(system: str) -> Response:
    """How a diary can be opened: on its own page, or with the login that the school gave out."""
    await signed_in()
    return await page("connect.html", diary=_diary(system), next=_next(request.args.get("child", "")), error=None)


@routes.post("/connect/<system>")
@hide
async def connect_with_credentials(system: str) -> Response:
    """A refusal keeps the page and says what to do; the password is never shown again."""
    who, diary = await signed_in_writer(), _diary(system)
    form = await request.form
    after = own_path(form.get("next"))
    given = {field.name: form.get(field.name, "") for field in diary.credentials}
    try:
        await link_account.link_with_credentials(deps(), who, system, given, network=network())
    except (Refused, ConnectorError) as error:
        found = problem_of(error)
        return await page("connect.html", found.status, diary=diary, next=after, error=found.detail)
    return _to(after)


@routes.get("/children/<child>/who-looked")
@hide
async def looked(child: str) -> Response:
    who, found = await signed_in(), deps()
    log = await who_looked(found, who, child, cursor=request.args.get("cursor"))
    siblings = (await list_children(found, who)).items
    ids = [sibling.id for sibling in siblings]
    if child not in ids:
        raise Refused(Reason.NOT_FOUND)
    row = siblings[ids.index(child)]
    head = ChildHead(id=row.id, last_name=row.last_name, first_name=row.first_name, birth_date=None)
    colour = ids.index(child) % 6 + 1
    return await page(
        "who_looked.html",
        section="who-looked",
        head=head,
        log=log,
        siblings=siblings,
        colour=colour,
        zone="Europe/Moscow",
    )


@routes.get("/notices")
@hide
async def notices() -> Response:
    who = await signed_in()
    return await page("notices.html", here="notices", notices=await read_notices(deps(), who, cursor=request.args.get("cursor")))


def _diary(system: str) -> DiaryChoice:
    port = deps().diaries.get(system)
    if port is None:
        raise Refused(Reason.UNKNOWN_SYSTEM)
    return choice(port)


def _next(child: str) -> str:
    return f"/children/{child}/diary" if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", child) else "/"


def _to(path: str) -> Response:
    return Response(b"", 303, headers={"Location": path, "Cache-Control": "no-store"})

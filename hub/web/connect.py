"""Connecting a diary as pages: the region first, then the diary's form, the code that it sends, and who its children are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from quart import Blueprint, Response, request
from quart_schema import hide

from connectors.kit.credentials import FieldKind
from connectors.kit.errors import ConnectorError
from hub.errors import Problem, problem_of
from hub.flows import choose_region, link_account
from hub.flows.refusals import Reason, Refused
from hub.flows.show_me import list_children
from hub.flows.views.me import ChildRow
from hub.regions import registry
from hub.web import region_cookie
from hub.web.answers import deps, page
from hub.web.diary_choice import INPUTS, DiaryChoice, choice, every_choice, of_no_region
from hub.web.freshness import again_here, again_unless_fresh
from hub.web.paths import own_path
from hub.web.registration import waiting_page
from hub.web.visitors import led_from_elsewhere, network, signed_in, signed_in_writer, visitor

routes = Blueprint("connect", __name__)

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@routes.get("/connect")
@hide
async def where() -> Response:
    """The region, and what works there today; open to everybody, so that one sees it before signing in."""
    who, found, code = await visitor(), deps(), await region_cookie.chosen()
    answer = await page(
        "connect/region.html",
        here="family",
        who=who,
        regions=choose_region.list_regions(found, code),
        region=choose_region.show_region(found, code) if code else None,
        every=(of_no_region(found) if code else every_choice(found)) if who else [],
        child=_child(request.args.get("child", "")),
    )
    if who is None:
        answer.headers["Cache-Control"] = "no-store"
    return answer


@routes.post("/region")
@hide
async def choose() -> Response:
    """Remembers the region: for the person where one is signed in, else for this browser."""
    who = await signed_in_writer() if await visitor() is not None else None
    if who is None and led_from_elsewhere():
        raise Refused(Reason.CROSS_SITE)
    form = await request.form
    region = choose_region.known(form.get("region", ""))
    if who is not None:
        await choose_region.choose_region(deps(), who, region.code)
    answer = _to(own_path(form.get("next"), "/connect"))
    region_cookie.keep(answer, region.code)
    return answer


@routes.get("/connect/<system>")
@hide
async def connect(system: str) -> Response:
    """How a diary can be opened: on its own page, or with what the school gave out. `?again=1` leads back the shortest way."""
    await signed_in()
    diary, child = await _diary(system), _child(request.args.get("child", ""))
    if request.args.get("again") == "1" and diary.browser:
        return _to(f"/auth/{system}/start?next=" + (f"/children/{child}/diary" if child else "/family"))
    return await _form(diary, child=child)


@routes.post("/connect/<system>")
@hide
async def connect_with_credentials(system: str) -> Response:
    """A refusal keeps the page and says what to do, a conflict has its own with three exits; a password is never shown again."""
    who, diary = await signed_in_writer(), await _diary(system)
    form = await request.form
    child, kind = _child(form.get("child", "")), form.get("form", "")
    chosen = next((one for one in diary.forms if one.name == kind), diary.forms[0] if diary.forms else None)
    given = {field.name: form.get(field.name, "") for field in chosen.fields} if chosen else {}
    try:
        done = await link_account.link_with_credentials(deps(), who, system, given, person=child or None, network=network())
    except (Refused, ConnectorError) as error:
        if isinstance(error, Refused) and "exits" in error.more:
            raise
        found = problem_of(error)
        shown = {field.name: given[field.name] for field in chosen.fields if INPUTS[field.kind][0] == "text"} if chosen else {}
        again = await again_here(deps()) if found.slug == "not_fresh" else None
        answer = await _form(diary, child=child, problem=found, again=again, form=kind, typed=shown)
        if found.retry_after_s is not None:
            answer.headers["Retry-After"] = str(found.retry_after_s)
        return answer
    if done.state == "needs_code":
        return _to(f"/connect/code/{done.id}")
    return _to(f"/connect/done/{done.id}" + (f"?child={child}" if child else ""))


@routes.get("/connect/code/<step>")
@hide
async def ask_code(step: str) -> Response:
    return await _code(step)


@routes.post("/connect/code/<step>")
@hide
async def enter_code(step: str) -> Response:
    """A wrong code stays on the page while another may be tried; else the way back to the form."""
    who = await signed_in_writer()
    form = await request.form
    try:
        if form.get("cancel"):
            await link_account.unlink(deps(), who, step)
            return _to("/connect")
        done = await link_account.enter_code(deps(), who, step, form.get("code", ""))
    except (Refused, ConnectorError) as error:
        found = problem_of(error)
        if found.slug not in ("code_wrong", "malformed") and not isinstance(error, ConnectorError):
            raise
        return await _code(step, found)
    return _to(f"/connect/done/{done.id}")


@routes.get("/connect/done/<link>")
@hide
async def connected(link: str) -> Response:
    """What came of it: the children that were recognised, those to be named, what is still waited for; nothing to do leads on."""
    who, found, child = await signed_in(), deps(), _child(request.args.get("child", ""))
    shown = await link_account.show_link(found, who, link)
    if shown.waiting is not None and not shown.to_pick:
        return await waiting_page(shown)
    if not shown.to_pick and shown.state == "active":
        return _to(f"/children/{child}/diary" if child in shown.children else "/")
    return await page("connect/done.html", here="family", link=shown, children=(await list_children(found, who)).items, error=None)


@routes.post("/connect/done/<link>")
@hide
async def name_children(link: str) -> Response:
    """The owner says who each listed child is."""
    who, found = await signed_in_writer(), deps()
    form = await request.form
    picks = {key.removeprefix("child-"): form[key] for key in form if key.startswith("child-")}
    try:
        await link_account.pick_children(found, who, link, picks)
    except Refused as refused:
        if refused.reason is not Reason.MALFORMED:
            raise
        shown = await link_account.show_link(found, who, link)
        own = (await list_children(found, who)).items
        problem = problem_of(refused)
        return await page("connect/done.html", problem.status, here="family", link=shown, children=own, error=problem.detail)
    return _to("/")


async def _diary(system: str) -> DiaryChoice:
    port = deps().diaries.get(system)
    if port is None:
        raise Refused(Reason.UNKNOWN_SYSTEM)
    return choice(deps(), port, await region_cookie.chosen())


async def _form(
    diary: DiaryChoice,
    *,
    child: str,
    problem: Problem | None = None,
    again: str | None = None,
    form: str = "",
    typed: dict[str, str] | None = None,
) -> Response:
    who = await signed_in()
    after = f"/children/{child}/diary" if child else "/"
    again = again or again_unless_fresh(deps(), who, request.path)
    known = registry().systems.get(diary.name)
    answer = await page(
        "connect/diary.html",
        problem.status if problem else 200,
        here="family",
        diary=diary,
        known=known,
        inputs=INPUTS,
        child=child,
        next=after,
        title=problem.title if problem else "",
        error=problem.detail if problem else None,
        again=again,
        form=form,
        typed=typed or {},
        own_children=await _own_children(diary) if not child else [],
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def _own_children(diary: DiaryChoice) -> Sequence[ChildRow]:
    """To choose from, where the form names a child by an id that the hub knows."""
    asked = any(field.kind is FieldKind.GOSUSLUGI_ID for form in diary.forms for field in form.fields)
    return (await list_children(deps(), await signed_in())).items if asked else []


async def _code(step: str, problem: Problem | None = None) -> Response:
    shown, title = await link_account.show_step(deps(), await signed_in(), step)
    status, error = (problem.status, problem) if problem else (200, None)
    answer = await page("connect/code.html", status, here="family", step=shown, title=title, problem=error)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _child(text: str) -> str:
    return text if _ID.fullmatch(text) else ""


def _to(path: str) -> Response:
    return Response(b"", 303, headers={"Location": path, "Cache-Control": "no-store"})

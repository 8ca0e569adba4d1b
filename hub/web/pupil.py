"""The pupil's own door `/pupil`: login and password from a parent, the own password, and the pupil's first page."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows.announce import announced_to
from hub.flows.guardianship import child_logins, pupil_door
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.pages.today import show_today
from hub.flows.show_me import show_me
from hub.flows.timeline.day import show_day
from hub.web.answers import deps, page
from hub.web.guardianship import to
from hub.web.visitors import (
    device,
    device_label,
    keep_device,
    keep_session,
    new_browser,
    require_our_page,
    signed_in,
    signed_in_writer,
    visitor,
)
from identity.family.child_login import CHILD_LOGIN

routes = Blueprint("pupil", __name__, url_prefix="/pupil")
SHOWN_ON_THE_PAGE = (Reason.WRONG_LOGIN, Reason.TOO_MANY, Reason.USE_GOSUSLUGI, Reason.MALFORMED)


@routes.get("")
@hide
async def door() -> Response:
    """The form; a pupil who is in already gets the own first page."""
    who = await visitor()
    if who is not None and who.system == CHILD_LOGIN:
        return await _home()
    return await page("pupil/door.html", error=None, gosuslugi=False, typed="")


@routes.post("")
@hide
async def enter() -> Response:
    """One equal refusal for whatever does not fit; the login stays typed, the password does not."""
    require_our_page()
    given = await request.form
    login, password = given.get("login", "").strip(), given.get("password", "")
    known = device() or new_browser()
    try:
        entered = await pupil_door.enter(
            deps(), login, password, address=request.remote_addr or "", label=device_label(), before=await visitor(), device=known
        )
    except Refused as error:
        return await _again("pupil/door.html", error, gosuslugi=error.reason is Reason.USE_GOSUSLUGI, typed=login[:64])
    answer = to("/pupil/password" if entered.must_change else "/pupil")
    keep_session(answer, entered.token)
    keep_device(answer, known)
    return answer


@routes.get("/password")
@hide
async def own_password() -> Response:
    who = await signed_in()
    mine = await pupil_door.own_login(deps(), who)
    if not mine.exists:
        raise Refused(Reason.NOT_FOUND)
    return await page("pupil/password.html", mine=mine, error=None)


@routes.post("/password")
@hide
async def change_password() -> Response:
    """Every other session of this login ends; this one gets a new token."""
    who = await signed_in_writer(pupil=True)
    given = await request.form
    try:
        token = await pupil_door.change_password(deps(), who, given.get("old", ""), given.get("new", ""), address=request.remote_addr or "")
    except Refused as error:
        return await _again("pupil/password.html", error, mine=await pupil_door.own_login(deps(), who))
    answer = to("/pupil")
    keep_session(answer, token)
    return answer


@routes.post("/login/remove")
@hide
async def remove_login() -> Response:
    """A pupil who signs in alone ends the login that a parent made."""
    who = await signed_in_writer()
    await child_logins.remove_login(deps(), who, who.person)
    return to("/")


async def _home() -> Response:
    who, found = await signed_in(), deps()
    mine = await pupil_door.own_login(found, who)
    me = await show_me(found, who)
    own = next((one for one in me.children if one.is_self), None)
    days = await show_today(found, who, [own.id]) if own and own.may_view and own.diaries else {}
    announced = await announced_to(found, who, [own.id]) if own and own.may_view else {}
    cards = await show_day(found, who) if own and own.may_view else {}
    return await page("pupil/home.html", here="home", me=me, own=own, mine=mine, days=days, announced=announced, cards=cards)


async def _again(template: str, error: Refused, **context: object) -> Response:
    if error.reason not in SHOWN_ON_THE_PAGE:
        raise error
    told = problem_of(error)
    answer = await page(template, told.status, error=told.detail, title=told.title, **context)
    answer.headers["Cache-Control"] = "no-store"
    if told.retry_after_s is not None:
        answer.headers["Retry-After"] = str(told.retry_after_s)
    return answer

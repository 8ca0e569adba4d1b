"""The office's pages of its own people: the post one works at, a code typed, staff, codes, two signatures for everything."""

from __future__ import annotations

from collections.abc import Mapping

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows.office import joining, staff, working
from hub.flows.refusals import Reason, Refused
from hub.flows.roster.cells import one_spelling
from hub.flows.views.school.staff import StaffCodeGiven
from hub.web.answers import deps, page, unkept
from hub.web.desk_words import DONE
from hub.web.freshness import again_unless_fresh
from hub.web.office_desk import ELSEWHERE, to
from hub.web.visitors import signed_in, signed_in_writer, visitor

routes = Blueprint("office_staff", __name__, url_prefix="/office")

TYPED_WRONG = (Reason.CODE_WRONG, Reason.TOO_MANY, Reason.NOT_FRESH, Reason.LEVEL_TOO_LOW)


@routes.get("/role")
@hide
async def roles() -> Response:
    """Which posts there are to choose from; for who has none there is nothing here."""
    posts = await working.show_posts(deps(), await signed_in())
    if not posts.items:
        raise Refused(Reason.NOT_FOUND)
    return await page("office/roles.html", here="office", office=True, tab="role", posts=posts)


@routes.post("/role")
@hide
async def choose() -> Response:
    who, form = await signed_in_writer(), await request.form
    await working.choose_post(deps(), who, form.get("school", ""), form.get("role", ""))
    return to("/office")


@routes.get("/enter")
@hide
async def enter() -> Response:
    """For anybody: it says what the code is and where it comes from."""
    return await _enter(None)


@routes.post("/enter")
@hide
async def redeem() -> Response:
    who, form = await signed_in_writer(), await request.form
    try:
        post = await staff.redeem_staff_code(deps(), who, form.get("code", ""))
    except Refused as error:
        if error.reason not in TYPED_WRONG:
            raise
        return await _enter(error)
    await working.choose_post(deps(), who, post.school_ogrn, post.role)
    return to("/office")


async def _enter(error: Refused | None) -> Response:
    who, problem = await visitor(), problem_of(error) if error else None
    again = again_unless_fresh(deps(), who, "/office/enter") if who else None
    answer = await page("office/enter.html", problem.status if problem else 200, here="office", tab="enter", problem=problem, again=again)
    answer.headers["Cache-Control"] = "no-store"
    if problem and problem.retry_after_s is not None:
        answer.headers["Retry-After"] = str(problem.retry_after_s)
    return answer


@routes.get("/staff")
@hide
async def people() -> Response:
    return await _staff(done=DONE.get(request.args.get("done", ""), ""))


@routes.post("/staff")
@hide
async def give() -> Response:
    """The code stands in this answer alone."""
    who, form = await signed_in_writer(), await request.form
    typed = {"name": form.get("name", ""), "role": form.get("role", ""), "class_name": one_spelling(form.get("class", ""))}
    try:
        given = await staff.give_code(deps(), who, **typed)
    except Refused as error:
        if error.reason in (*ELSEWHERE, Reason.ROLE_UNCHOSEN):
            raise
        return await _staff(error=error, typed=typed)
    return await _staff(given=given)


@routes.post("/staff/codes/<code>/revoke")
@hide
async def revoke(code: str) -> Response:
    await staff.revoke_staff_code(deps(), await signed_in_writer(), code)
    return to("/office/staff?done=done")


@routes.post("/staff/<post>/end")
@hide
async def end(post: str) -> Response:
    await staff.end_post(deps(), await signed_in_writer(), post)
    return to("/office/staff?done=done")


@routes.post("/staff/four-eyes")
@hide
async def four_eyes() -> Response:
    who = await signed_in_writer()
    await joining.choose_four_eyes(deps(), who, (await request.form).get("on") == "yes")
    return to("/office/staff?done=done")


async def _staff(
    *, done: str = "", error: Refused | None = None, given: StaffCodeGiven | None = None, typed: Mapping[str, str] | None = None
) -> Response:
    found, problem = await staff.list_staff(deps(), await signed_in()), problem_of(error) if error else None
    answer = await page(
        "office/staff.html",
        problem.status if problem else 200,
        here="office",
        office=True,
        tab="staff",
        found=found,
        done=done,
        problem=problem,
        given=given,
        typed=typed or {},
    )
    return answer if given is None else unkept(answer)

"""The page on which a guardian makes the child's own login, sees its password once, resets and removes it."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows.guardianship import child_logins
from hub.flows.refusals import Reason, Refused
from hub.web.answers import deps, page
from hub.web.freshness import again_unless_fresh
from hub.web.guardianship import frame, to
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("guardianship_login", __name__)


@routes.get("/children/<child>/login")
@hide
async def show(child: str) -> Response:
    return await _form(child)


@routes.post("/children/<child>/login")
@hide
async def make(child: str) -> Response:
    """The password is on this page and nowhere else."""
    who, found = await signed_in_writer(), deps()
    typed = (await request.form).get("login", "").strip()
    try:
        made = await child_logins.make_login(found, who, child, login=typed or None)
    except Refused as error:
        if error.reason not in (Reason.MALFORMED, Reason.LOGIN_TAKEN):
            raise
        return await _form(child, error=error, typed=typed)
    answer = await page("guardianship/login_made.html", made=made, **await frame(found, who, child))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@routes.post("/children/<child>/login/remove")
@hide
async def remove(child: str) -> Response:
    """The login opens nothing any more."""
    await child_logins.remove_login(deps(), await signed_in_writer(), child)
    return to(f"/children/{child}/login")


async def _form(child: str, *, error: Refused | None = None, typed: str = "") -> Response:
    who, found = await signed_in(), deps()
    view = await child_logins.read_login(found, who, child)
    told = problem_of(error) if error else None
    again = again_unless_fresh(found, who, f"/children/{child}/login")
    return await page(
        "guardianship/login.html",
        told.status if told else 200,
        view=view,
        age=view.age,
        again=again,
        error=told.detail if told else None,
        typed=typed,
        **await frame(found, who, child),
    )

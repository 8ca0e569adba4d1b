"""After a sign-in that was done anew: the form as it was sent, one button to go on, and the way there over the provider's sign-out."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows.sign_in_again import kept_form
from hub.web.answers import deps, page
from hub.web.paths import own_path
from hub.web.visitors import signed_in

routes = Blueprint("again", __name__)
LIFE_S = 300


@routes.get("/again/<form>")
@hide
async def go_on(form: str) -> Response:
    """What was sent before, ready to be sent again; a page, because a browser does not repeat a form by itself."""
    who = await signed_in()
    found = await kept_form(deps(), who, form)
    answer = await page("sign_ins/again.html", here="family", form=found)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def cookie() -> str:
    return "__Host-hub-again" if deps().settings.secure else "hub-again"


def keep_way(answer: Response, system: str, path: str) -> None:
    """Remembers through the provider's sign-out, which leads to the first page only, what comes next."""
    value = urlencode({"system": system, "next": path})
    answer.set_cookie(cookie(), value, max_age=LIFE_S, path="/", secure=deps().settings.secure, httponly=True, samesite="Lax")


def kept_way() -> str | None:
    """The sign-in that waits behind the sign-out which the browser comes back from."""
    given = request.cookies.get(cookie(), "")
    if not given:
        return None
    parts = dict(parse_qsl(given, max_num_fields=2)) if given.count("&") == 1 else {}
    if parts.get("system") not in deps().sign_ins:
        return None
    return f"/auth/{parts['system']}/start?{urlencode({'next': own_path(parts.get('next'))})}"


def drop_way(answer: Response) -> None:
    answer.set_cookie(cookie(), "", max_age=0, path="/", secure=deps().settings.secure, httponly=True, samesite="Lax")

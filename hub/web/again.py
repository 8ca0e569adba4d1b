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


def keep_way(answer: Response, path: str, *, system: str | None = None) -> None:
    """Remembers through the provider's sign-out, which leads to the first page only, what comes next: a sign-in, or a page of ours."""
    value = urlencode({"next": path} | ({"system": system} if system else {}))
    answer.set_cookie(cookie(), value, max_age=LIFE_S, path="/", secure=deps().settings.secure, httponly=True, samesite="Lax")


def kept_way() -> str | None:
    """What waits behind the sign-out which the browser comes back from."""
    given = request.cookies.get(cookie(), "")
    parts = dict(parse_qsl(given)) if given.count("&") <= 1 else {}
    if "next" not in parts or parts.get("system", next(iter(deps().sign_ins), "")) not in deps().sign_ins:
        return None
    path = own_path(parts["next"])
    return f"/auth/{parts['system']}/start?{urlencode({'next': path})}" if "system" in parts else path


def drop_way(answer: Response) -> None:
    answer.set_cookie(cookie(), "", max_age=0, path="/", secure=deps().settings.secure, httponly=True, samesite="Lax")

"""«Войти заново и продолжить»: where a page that needs a new sign-in sends the person, and where it goes on afterwards (RULES A16)."""

from __future__ import annotations

from urllib.parse import urlencode

from quart import g, request
from quart.globals import request_ctx

from hub.deps import Deps
from hub.flows.sign_in_again import is_fresh_now, keep_form, way_again
from hub.store.sessions import Visitor
from hub.web.paths import own_path

FORM = "application/x-www-form-urlencoded"
FAMILY = "/family"


def again_unless_fresh(found: Deps, visitor: Visitor, path: str) -> str | None:
    """For a page whose button needs a fresh sign-in: the address to sign in anew and come back to `path`, or None when it is fresh."""
    return None if is_fresh_now(found, visitor) else _start(found, visitor, path)


async def again_here(found: Deps) -> str | None:
    """For the page of a refusal: the sign-in after which this very request goes on; nothing that was typed is lost."""
    visitor: Visitor | None = g.get("visitor")
    return None if visitor is None else _start(found, visitor, await _path(found, visitor))


def _start(found: Deps, visitor: Visitor, path: str) -> str:
    return f"/auth/{way_again(found, visitor)}/start?{urlencode({'again': '1', 'next': path})}"


async def _path(found: Deps, visitor: Visitor) -> str:
    if request.method in ("GET", "HEAD"):
        return own_path(request.full_path.rstrip("?"), FAMILY)
    if request.mimetype == FORM and own_path(request.path, "") == request.path:
        fields = {name: text for name, text in (await request.form).items() if name != "csrf_token"}
        kept = await keep_form(found, visitor, request.path, fields)
        if kept is not None:
            return f"/again/{kept}"
    adapter = request_ctx.url_adapter
    return own_path(request.path, FAMILY) if adapter is not None and "GET" in adapter.allowed_methods() else FAMILY

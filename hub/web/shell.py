"""The app shell: help, offline page, manifest, service worker, and the words that every template uses."""

from __future__ import annotations

import msgspec
from quart import Blueprint, Response, current_app
from quart_schema import hide

from hub.flows.directory import list_directory
from hub.regions import registry
from hub.web.answers import deps, page
from hub.web.rendering import rendered
from hub.web.visitors import visitor
from hub.web.words import FILTERS, TESTS

routes = Blueprint("shell", __name__)
for name, function in FILTERS.items():
    routes.add_app_template_filter(function, name)
for name, predicate in TESTS.items():
    routes.add_app_template_test(predicate, name)

MANIFEST = {
    "name": "School Hub",
    "short_name": "School Hub",
    "description": "Все дети и все школы на одной странице",
    "lang": "ru",
    "start_url": "/?app=1",
    "display": "standalone",
    "background_color": "#faf8f4",
    "theme_color": "#0d4cd3",
    "icons": [{"src": "/static/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any maskable"}],
}
PUBLIC = {"Cache-Control": "public, max-age=300"}


@routes.get("/help")
@hide
async def show_help() -> Response:
    """What to do when something does not work; needs no sign-in."""
    await visitor()
    desks = {one.id: one for one in (await list_directory(deps(), kind="system")).items}
    return await page("help.html", systems=[one for one in registry().systems.values() if one.given_by], desks=desks)


@routes.get("/offline")
@hide
async def offline() -> Response:
    """The page that the service worker keeps; it is the same for everybody."""
    found = deps()
    text = await rendered("offline.html", demo=found.settings.demo, now=found.now(), request_id="", csrf_token=None)
    return Response(text, content_type="text/html; charset=utf-8", headers=PUBLIC)


@routes.get("/manifest.webmanifest")
@hide
async def manifest() -> Response:
    return Response(msgspec.json.encode(MANIFEST), content_type="application/manifest+json", headers=PUBLIC)


@routes.get("/sw.js")
@hide
async def service_worker() -> Response:
    """Served from the root, because a worker may only serve what lies below its own address."""
    answer = await current_app.send_static_file("sw.js")
    answer.headers["Cache-Control"] = "no-cache"
    return answer

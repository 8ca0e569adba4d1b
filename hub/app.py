"""Builds the hub's web application around the things that the composition root made."""

from __future__ import annotations

import asyncio
import errno
import logging
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import cast

from quart import Blueprint, Quart, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

import hub.web
import hub.web.api
from connectors.kit.errors import ConnectorError
from hub.deps import Deps
from hub.errors import http_problem, problem_of
from hub.flows.note_health import note_steadily, refused
from hub.flows.poll_diaries import settle_polls
from hub.flows.show_diary.sources import settle_readings
from hub.web.answers import problem
from hub.web.edge import AsgiApp, Edge, origin_of
from hub.web.ingest import QuickDoor
from hub.web.openapi import describe
from hub.web.rendering import Templates
from hub.web.uploads import HubRequest

log = logging.getLogger("hub.app")

BODY_LIMIT = 1024 * 1024


def create_app(deps: Deps) -> Quart:
    """The app answers as soon as it is made; serving starts and closes what `deps` holds."""
    app = Quart("hub", root_path=hub.web.__path__[0], static_folder="static", template_folder="templates")
    app.extensions["hub"] = deps
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.request_class = HubRequest
    # Quart's own environment renders templates that wait, whatever it is told.
    vars(app)["jinja_environment"] = Templates
    describe(app)
    for blueprint in _blueprints():
        app.register_blueprint(blueprint)
    _register_errors(app, deps)
    app.before_serving(deps.start)
    telling: list[asyncio.Task[None]] = []

    @app.before_serving
    async def tell_health() -> None:
        telling.append(asyncio.create_task(note_steadily(deps), name="health"))

    @app.after_serving
    async def close() -> None:
        for task in telling:
            task.cancel()
        await asyncio.gather(*telling, return_exceptions=True)
        await settle_polls(deps)
        await deps.memory.reads.stop()
        await settle_readings(deps)
        await deps.close()

    sign_outs = (port.logout_url(return_to=deps.settings.public_url) for port in deps.sign_ins.values())
    door = QuickDoor(cast(AsgiApp, app.asgi_app), app)
    edge = Edge(door, deps.settings, destinations=[origin_of(url) for url in sign_outs if url])
    # Quart's documented way to add an ASGI layer is to replace this attribute.
    vars(app)["asgi_app"] = edge
    return app


def _blueprints() -> Iterator[Blueprint]:
    """Every `routes` of the modules below `hub.web`: a new subject edits nothing here."""
    for package in (hub.web, hub.web.api):
        for module in pkgutil.iter_modules(package.__path__):
            found = getattr(import_module(f"{package.__name__}.{module.name}"), "routes", None)
            if isinstance(found, Blueprint):
                yield found


def _no_such_file(error: Exception) -> bool:
    """A name that is too long for any file is looked for by the server of static files all the same."""
    return isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG and request.path.startswith("/static/")


def _register_errors(app: Quart, deps: Deps) -> None:
    async def answered(error: Exception) -> Response:
        found = http_problem(404) if _no_such_file(error) else problem_of(error)
        if isinstance(error, ConnectorError):
            refused(deps, error)
        if found.status >= 500:
            log.error("request failed: %s", type(error).__name__, exc_info=error if found.slug == "internal" else None)
        return await problem(found)

    async def plain(error: HTTPException) -> Response:
        answer = await problem(http_problem(error.code or 500))
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After"):
                answer.headers[name] = value
        return answer

    async def redirected(error: HTTPException) -> Response:
        answer = error.get_response()
        return Response(answer.get_data(), answer.status_code, headers=dict(answer.headers))

    app.register_error_handler(Exception, answered)
    app.register_error_handler(HTTPException, plain)
    app.register_error_handler(RequestRedirect, redirected)

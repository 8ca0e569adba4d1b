"""`/api/v1/children/{id}/whats-new`: what changed since a moment, in words that an app can show."""

from __future__ import annotations

from dataclasses import dataclass

from quart import Blueprint, Response, request
from quart_schema import document_querystring, document_response, tag

from hub.flows.show_diary.pages.news import moment_of, show_news
from hub.flows.show_diary.pages.views import NewsView
from hub.web.answers import deps, json
from hub.web.visitors import signed_in

routes = Blueprint("api_news", __name__, url_prefix="/api/v1/children/<child>")


@dataclass(frozen=True, slots=True)
class Since:
    """`since` is RFC 3339; without it the end of the last visit to the cabinet, or a day."""

    since: str | None = None


@routes.get("/whats-new")
@tag(["Дневник"])
@document_querystring(Since)
@document_response(NewsView)
async def whats_new(child: str) -> Response:
    """New and corrected marks, homework, cancelled and replaced lessons, absences and results, newest first; at most 60 days back."""
    asked = request.args.get("since")
    return json(await show_news(deps(), await signed_in(), child, since=moment_of(asked) if asked else None))

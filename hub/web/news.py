"""«Что изменилось» of one child, as a page."""

from __future__ import annotations

from datetime import datetime

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows.show_diary.pages.news import YESTERDAY, moment_of, show_news
from hub.web.answers import deps
from hub.web.child_page import child_page
from hub.web.visitors import signed_in

routes = Blueprint("news", __name__, url_prefix="/children/<child>")

WEEK = 7


@routes.get("/news")
@hide
async def news(child: str) -> Response:
    """`?since=day`, `week` or a moment; without it since the last visit."""
    who = await signed_in()
    chosen = request.args.get("since", "")
    view = await show_news(deps(), who, child, since=_since(chosen))
    return await child_page("diary/news.html", who, view.child, section="news", view=view, chosen=chosen)


def _since(text: str) -> datetime | None:
    days = {"day": 1, "week": WEEK}.get(text)
    if days is not None:
        return deps().now() - days * YESTERDAY
    return moment_of(text) if text else None

"""What every page about one child has: brothers and sisters, the child's colour, the asked days, pictures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from quart import Response, request

from hub.flows.refusals import Reason, Refused
from hub.flows.show_me import list_children
from hub.flows.views.diary import ChildHead
from hub.store.sessions import Visitor
from hub.web.answers import deps, page, tagged, use_formats
from hub.web.diary_choice import offered
from hub.web.region_cookie import chosen

COLOURS = 6
# A picture styles itself; as an image it can do nothing else.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


async def child_page(template: str, who: Visitor, child: ChildHead, **context: Any) -> Response:
    siblings = (await list_children(deps(), who)).items
    ids = [sibling.id for sibling in siblings]
    colour = ids.index(child.id) % COLOURS + 1 if child.id in ids else 1
    # Only a child without any diary is shown what can be connected.
    diaries = [] if getattr(context.get("view"), "sources", None) else offered(deps(), await chosen())
    return await page(template, siblings=siblings, head=child, colour=colour, diaries=diaries, **context)


async def picture(draw: Callable[[], bytes]) -> Response:
    """Drawn with the dates as the visitor chose them."""
    await use_formats()
    return tagged(draw(), "image/svg+xml", headers={"Content-Security-Policy": PICTURE_POLICY})


def day_asked(name: str) -> date | None:
    text = request.args.get(name)
    return day_in(text) if text else None


def day_in(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Refused(Reason.MALFORMED, "День в адресе записан неверно: нужен вид 2026-11-16.") from error
    if not 2000 < day.year < 2100:
        raise Refused(Reason.MALFORMED, "День в адресе слишком далёкий: нужен год от 2001 до 2099.")
    return day

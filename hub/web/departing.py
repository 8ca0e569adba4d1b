"""Away to a provider after a form: our policy lets forms lead to our own pages only, so a page of ours leads on, at once and by a link."""

from __future__ import annotations

from quart import Response

from hub.web.answers import page


async def departing(url: str, title: str) -> Response:
    """`url` may hold a state, so the page is kept nowhere."""
    answer = await page("sign_ins/departing.html", here="family", url=url, title=title)
    answer.headers["Cache-Control"] = "no-store"
    return answer

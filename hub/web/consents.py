"""`/consents`: each purpose by itself, its whole text, and two buttons of equal size."""

from __future__ import annotations

from itertools import groupby

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows import consents
from hub.flows.refusals import Reason, Refused
from hub.web.answers import deps, page
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("consents", __name__, url_prefix="/consents")


@routes.get("")
@hide
async def listed() -> Response:
    found = (await consents.list_consents(deps(), await signed_in())).items
    groups = [(subject, list(rows)) for subject, rows in groupby(found, key=lambda one: one.subject)]
    return await page("self/consents.html", here="family", groups=groups)


@routes.get("/<subject>/<purpose>")
@hide
async def one(subject: str, purpose: str) -> Response:
    """The whole text before the decision; nothing is ticked beforehand."""
    found = await consents.show_consent(deps(), await signed_in(), subject, purpose)
    return await page("self/consent.html", here="family", one=found, changed=False)


@routes.post("/<subject>/<purpose>")
@hide
async def decide(subject: str, purpose: str) -> Response:
    """A text that changed meanwhile is shown anew instead of being agreed to unread."""
    who = await signed_in_writer()
    form = await request.form
    word = form.get("word", "")
    if word not in ("given", "refused"):
        raise Refused(Reason.MALFORMED)
    try:
        await consents.say(deps(), who, subject=subject, purpose=purpose, version=form.get("version", ""), word=word)
    except Refused as refused:
        if refused.reason is not Reason.TEXT_CHANGED:
            raise
        found = await consents.show_consent(deps(), who, subject, purpose)
        return await page("self/consent.html", 409, here="family", one=found, changed=True)
    return _back()


@routes.post("/withdraw/<consent>")
@hide
async def withdraw(consent: str) -> Response:
    await consents.withdraw(deps(), await signed_in_writer(), consent)
    return _back()


def _back() -> Response:
    return Response(b"", 303, headers={"Location": "/consents", "Cache-Control": "no-store"})

"""`/children/<id>/photo`: the photo that the guard compares; put and taken back by the family."""

from __future__ import annotations

from collections.abc import Mapping

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import photos
from hub.flows.consents import show_consent
from hub.flows.refusals import Reason, Refused
from hub.store.sessions import Visitor
from hub.web.answers import deps, page
from hub.web.guardianship import frame
from hub.web.office_desk import to
from hub.web.pictures import photo_answer
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("photos", __name__, url_prefix="/children/<child>/photo")
SHOWN_HERE = (Reason.MALFORMED, Reason.FORBIDDEN, Reason.CONSENT_MISSING)
DONE: Mapping[str, str] = {
    "added": "Фотография добавлена. Её видит только охрана школы, когда ребёнок проходит.",
    "removed": "Фотография убрана: охрана её больше не видит.",
}


@routes.get("")
@hide
async def show(child: str) -> Response:
    return await _page(await signed_in(), child, done=DONE.get(request.args.get("done", ""), ""))


@routes.post("")
@hide
async def put(child: str) -> Response:
    who = await signed_in_writer()
    given = (await request.files).get("photo")
    try:
        await photos.put_photo(deps(), who, child, given.read() if given else b"")
    except Refused as error:
        if error.reason not in SHOWN_HERE:
            raise
        return await _page(who, child, error=error)
    return to(f"/children/{child}/photo?done=added")


@routes.post("/remove")
@hide
async def remove(child: str) -> Response:
    await photos.drop_photo(deps(), await signed_in_writer(), child)
    return to(f"/children/{child}/photo?done=removed")


@routes.get("/picture")
@hide
async def picture(child: str) -> Response:
    return photo_answer(await photos.read_photo(deps(), await signed_in(), child))


async def _page(who: Visitor, child: str, *, done: str = "", error: Refused | None = None) -> Response:
    view = await photos.show_photo(deps(), who, child)
    around = await frame(deps(), who, child) | {"section": "cards"}
    problem = problem_of(error) if error else None
    status = problem.status if problem else 200
    return await page("photos/of_child.html", status, **around, view=view, consent=await _consent(who, child), done=done, problem=problem)


async def _consent(who: Visitor, child: str) -> str | None:
    """Where this person says a word on it; none where it is not this person's to say."""
    try:
        found = await show_consent(deps(), who, child, "photo")
    except Refused:
        return None
    return f"/consents/{found.subject.id}/photo"

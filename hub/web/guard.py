"""`/office/guard`: who passes now, with the face where the family agreed; «Пропустить без карты»."""

from __future__ import annotations

from collections.abc import Mapping

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import guard
from hub.flows.refusals import Reason, Refused
from hub.store.sessions import Visitor
from hub.web.answers import deps, page
from hub.web.api.guard import place_asked
from hub.web.office_desk import to
from hub.web.pictures import photo_answer
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("guard", __name__, url_prefix="/office/guard")
VERDICTS: Mapping[str, tuple[str, str]] = {
    "own": ("", ""),
    "by_name": ("", "Отмечен по имени."),
    "refused": ("look", "Турникет не пропустил. Сверьте лицо и отметьте по имени."),
    "closed": ("stop", "Карта закрыта. Сверьте лицо: тот же ребёнок — отметьте по имени, чужой — заберите карту в канцелярию."),
    "unknown": ("look", "Карта никому не записана. Спросите имя и отметьте по имени."),
}
WAYS: Mapping[str, str] = {"in": "вход", "out": "выход"}
DONE: Mapping[str, str] = {"in": "Отмечено: вход. Семья узнает.", "out": "Отмечено: выход. Семья узнает."}


@routes.get("")
@hide
async def door() -> Response:
    found = await guard.watch_door(deps(), await signed_in())
    done = DONE.get(request.args.get("done", ""), "")
    return await _page("door", found=found, done=done)


@routes.get("/rows")
@hide
async def rows() -> Response:
    """What came since, for the open page; without JavaScript the page itself is asked anew."""
    who = await signed_in()
    return await _page("rows", found=await guard.watch_door(deps(), who, after=place_asked()))


@routes.get("/photos/<child>")
@hide
async def photo(child: str) -> Response:
    return photo_answer(await guard.guards_photo(deps(), await signed_in(), child))


@routes.get("/find")
@hide
async def ask() -> Response:
    return await _find(await signed_in(), "")


@routes.post("/find")
@hide
async def find() -> Response:
    """A name stands in no address."""
    who, given = await signed_in_writer(), await request.form
    return await _find(who, given.get("q", ""))


@routes.post("/marks")
@hide
async def mark() -> Response:
    who, given = await signed_in_writer(), await request.form
    way = given.get("direction", "")
    try:
        await guard.mark_by_name(deps(), who, child=given.get("child", ""), direction=way, form=given.get("form", ""))
    except Refused as error:
        if error.reason is not Reason.MALFORMED:
            raise
        return await _find(who, "", error)
    return to(f"/office/guard?done={way}")


async def _find(who: Visitor, q: str, error: Refused | None = None) -> Response:
    found = await guard.find_pupils(deps(), who, q)
    problem = problem_of(error) if error else None
    return await _page("find", problem.status if problem else 200, found=found, problem=problem)


async def _page(template: str, status: int = 200, **context: object) -> Response:
    given = {"here": "office", "office": True, "tab": "guard", "done": "", "problem": None, "verdicts": VERDICTS, "ways": WAYS} | context
    return await page(f"guard/{template}.html", status, **given)

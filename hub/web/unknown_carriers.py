"""`/office/carriers/unknown`: cards that were read and are nobody's; «Это карта …»."""

from __future__ import annotations

from collections.abc import Mapping

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows.refusals import Reason, Refused
from hub.flows.registers import unknown as unknown_flow
from hub.store.sessions import Visitor
from hub.web.answers import deps, page
from hub.web.office_desk import to
from hub.web.registers import KINDS
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("unknown_carriers", __name__, url_prefix="/office/carriers/unknown")
DONE: Mapping[str, str] = {
    "attached": "Карта записана за учеником. Её проходы теперь видит семья; покупки спишутся по одному разу.",
    "aside": "Карта убрана из списка.",
}
WORDS = {"kinds": KINDS}


@routes.get("")
@hide
async def unknown() -> Response:
    found = await unknown_flow.list_unknown(deps(), await signed_in())
    done = DONE.get(request.args.get("done", ""), "")
    return await page(
        "registers/unknown.html", here="office", office=True, tab="carriers", found=found, words=WORDS, done=done, problem=None
    )


@routes.get("/<id_>")
@hide
async def owner(id_: str) -> Response:
    return await _owner(await signed_in(), id_)


@routes.post("/<id_>")
@hide
async def find(id_: str) -> Response:
    """A name stands in no address."""
    who, given = await signed_in_writer(), await request.form
    return await _owner(who, id_, q=given.get("q", ""))


@routes.post("/<id_>/attach")
@hide
async def attach(id_: str) -> Response:
    who, given = await signed_in_writer(), await request.form
    try:
        await unknown_flow.attach_unknown(deps(), who, id_, child=given.get("child", ""))
    except Refused as error:
        if error.reason not in (Reason.OWN_FAMILY, Reason.ALREADY_DECIDED):
            raise
        return await _owner(who, id_, error)
    return to("/office/carriers/unknown?done=attached")


@routes.post("/<id_>/put-aside")
@hide
async def aside(id_: str) -> Response:
    await unknown_flow.put_aside(deps(), await signed_in_writer(), id_)
    return to("/office/carriers/unknown?done=aside")


async def _owner(who: Visitor, id_: str, error: Refused | None = None, *, q: str = "") -> Response:
    found = await unknown_flow.find_owner(deps(), who, id_, q=q)
    problem = problem_of(error) if error else None
    status = problem.status if problem else 200
    return await page(
        "registers/whose.html", status, here="office", office=True, tab="carriers", found=found, words=WORDS, problem=problem, done=""
    )

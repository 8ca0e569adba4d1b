"""`/office/breaks`: the school's holidays, in which tariffs rest."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import tariffs
from hub.flows.refusals import Reason, Refused
from hub.web.answers import deps, page
from hub.web.office_desk import to, typed_day
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("office_breaks", __name__, url_prefix="/office/breaks")
NO_DAY = "Назовите первый и последний день каникул."
DONE = {"put": "Записано: в эти дни тарифы не оплачиваются.", "dropped": "Каникулы убраны."}


@routes.get("")
@hide
async def breaks() -> Response:
    return await _breaks(done=DONE.get(request.args.get("done", ""), ""))


@routes.post("")
@hide
async def put() -> Response:
    who, form = await signed_in_writer(), await request.form
    try:
        first, last = typed_day(form.get("first", ""), NO_DAY), typed_day(form.get("last", ""), NO_DAY)
        await tariffs.put_break(deps(), who, first, last, form.get("title", ""))
    except Refused as error:
        if error.reason is not Reason.MALFORMED:
            raise
        return await _breaks(error=error)
    return to("/office/breaks?done=put")


@routes.post("/<item>/drop")
@hide
async def drop(item: str) -> Response:
    await tariffs.drop_break(deps(), await signed_in_writer(), item)
    return to("/office/breaks?done=dropped")


async def _breaks(*, done: str = "", error: Refused | None = None) -> Response:
    found, problem = await tariffs.show_breaks(deps(), await signed_in()), problem_of(error) if error else None
    return await page(
        "tariffs/breaks.html",
        problem.status if problem else 200,
        here="office",
        office=True,
        tab="breaks",
        found=found,
        done=done,
        problem=problem,
    )

"""`/console/prices`: every price list by date; a new price is named ahead of its day."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows import tariffs
from hub.flows.refusals import Reason, Refused
from hub.web.answers import deps, page
from hub.web.office_desk import to, typed_day
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("console_prices", __name__, url_prefix="/console/prices")
NO_DAY = "Назовите день, с которого действует цена."


@routes.get("")
@hide
async def lists() -> Response:
    done = {"named": "Цена названа. Семьям с этим тарифом уйдёт уведомление."}.get(request.args.get("done", ""), "")
    return await _lists(done=done)


@routes.post("")
@hide
async def name() -> Response:
    who, form = await signed_in_writer(), await request.form
    try:
        await tariffs.put_prices(deps(), who, form.get("list", ""), typed_day(form.get("since", ""), NO_DAY), form.get("price", ""))
    except Refused as error:
        if error.reason is not Reason.MALFORMED:
            raise
        return await _lists(error=error)
    return to("/console/prices?done=named")


async def _lists(*, done: str = "", error: Refused | None = None) -> Response:
    found, problem = await tariffs.show_prices(deps(), await signed_in()), problem_of(error) if error else None
    answer = await page(
        "console/prices.html", problem.status if problem else 200, here="console", tab="prices", found=found, done=done, problem=problem
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer

"""`/office/money`: participants and turnover of the own school, and what is in doubt at its contracts (F142)."""

from __future__ import annotations

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows import reconcile, turnover
from hub.flows.refusals import Reason, Refused
from hub.web.answers import deps, page
from hub.web.child_page import picture
from hub.web.console_money import STRANGE, WORDS, period
from hub.web.exports import handed
from hub.web.money_charts import days_svg
from hub.web.visitors import led_from_elsewhere, signed_in

routes = Blueprint("office_money", __name__, url_prefix="/office")


@routes.get("/money")
@hide
async def money() -> Response:
    who = await signed_in()
    found, moved = await reconcile.show_school(deps(), who), await turnover.at_school(deps(), who, **period())
    return await page("money/office.html", here="office", office=True, tab="money", found=found, moved=moved, words=WORDS, zone=moved.zone)


@routes.get("/money/turnover.csv")
@hide
async def as_table() -> Response:
    """`?by=class&from=&to=`: one cut a file, of the own school."""
    who = await signed_in()
    if led_from_elsewhere():
        raise Refused(Reason.CROSS_SITE, STRANGE)
    return handed(await turnover.turnover_csv(deps(), who, request.args.get("by") or "day", office=True, **period()))


@routes.get("/money/days.svg")
@hide
async def days_picture() -> Response:
    view = await turnover.at_school(deps(), await signed_in(), **period())
    return await picture(lambda: days_svg(view))


@routes.get("/money/top-ups")
@hide
async def doubtful() -> Response:
    found = await reconcile.doubtful_at_school(deps(), await signed_in())
    return await page(
        "money/doubtful.html", frame="office/base.html", here="office", office=True, tab="money", found=found, back="/office/money"
    )

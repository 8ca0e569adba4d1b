"""`/office/money`: what is in doubt between the ledger and the providers' registers at the school's own contracts."""

from __future__ import annotations

from quart import Blueprint, Response
from quart_schema import hide

from hub.flows import reconcile
from hub.web.answers import deps, page
from hub.web.console_money import WORDS
from hub.web.visitors import signed_in

routes = Blueprint("office_money", __name__, url_prefix="/office")


@routes.get("/money")
@hide
async def money() -> Response:
    found = await reconcile.show_school(deps(), await signed_in())
    return await page("money/office.html", here="office", office=True, tab="money", found=found, words=WORDS)

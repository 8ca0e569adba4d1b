"""Receipts as pages: a payer's sheet to print with its square, the operator's list of what is missing, a school's own (RULES D11)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import segno
from markupsafe import Markup
from quart import Blueprint, Response, request
from quart_schema import hide

from hub.errors import problem_of
from hub.flows.receipts import Said, settle_group, settle_receipt, show_missing, show_missing_of_school, show_receipt
from hub.flows.refusals import Reason, Refused
from hub.web.answers import deps, page
from hub.web.office_desk import to
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("receipts", __name__)
SHOWN_HERE = (Reason.MALFORMED, Reason.ALREADY_DECIDED)
REGISTER_ZONE = "Europe/Moscow"
DONE = {"one": "Записано: этого чека больше нет в списке.", "group": "Записано: чек есть у всех списаний этого месяца."}


@routes.get("/money/top-ups/<top_up>/receipt")
@hide
async def sheet(top_up: str) -> Response:
    view = await show_receipt(deps(), await signed_in(), top_up)
    shown = [one for one in (view.receipt, *view.refunds) if one is not None]
    return await page("receipts/sheet.html", view=view, shown=[(one, _square(one.qr)) for one in shown], zone=REGISTER_ZONE)


def _square(text: str | None) -> Markup:
    if text is None:
        return Markup("")
    drawn = segno.make(text, error="m", micro=False).svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None)
    return Markup(drawn)  # noqa: S704 - drawn by segno: numbers of a path, none of the text


@routes.get("/console/money/receipts")
@hide
async def missing() -> Response:
    return await _missing(done=DONE.get(request.args.get("done", ""), ""))


@routes.post("/console/money/receipts/<transaction>")
@hide
async def settle(transaction: str) -> Response:
    who = await signed_in_writer()
    try:
        await settle_receipt(deps(), who, transaction, await _said())
    except Refused as error:
        if error.reason not in SHOWN_HERE:
            raise
        return await _missing(error=error)
    return to("/console/money/receipts?done=one")


@routes.post("/console/money/receipts/groups/<group>")
@hide
async def settle_all(group: str) -> Response:
    who = await signed_in_writer()
    try:
        await settle_group(deps(), who, group, await _said())
    except Refused as error:
        if error.reason not in SHOWN_HERE:
            raise
        return await _missing(error=error)
    return to("/console/money/receipts?done=group")


@routes.get("/office/money/receipts")
@hide
async def of_school() -> Response:
    found = await show_missing_of_school(deps(), await signed_in())
    return await page("receipts/office.html", here="office", office=True, tab="money", found=found, zone=REGISTER_ZONE)


async def _missing(*, done: str = "", error: Refused | None = None) -> Response:
    found, problem = await show_missing(deps(), await signed_in()), problem_of(error) if error else None
    status = problem.status if problem else 200
    answer = await page(
        "receipts/console.html", status, here="console", tab="money", found=found, done=done, problem=problem, zone=REGISTER_ZONE
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


async def _said() -> Said:
    """The register's time as it stands on the receipt: Moscow's."""
    form = await request.form
    typed = {name: form.get(name, "").strip() for name in ("fn", "fd", "fpd", "at", "reason")}
    at = None
    if typed["at"]:
        try:
            at = datetime.fromisoformat(typed["at"]).replace(tzinfo=ZoneInfo(REGISTER_ZONE))
        except ValueError as error:
            raise Refused(Reason.MALFORMED, "Время чека записано неверно.") from error
    return Said(fn=typed["fn"], fd=typed["fd"], fpd=typed["fpd"], at=at, reason=typed["reason"])

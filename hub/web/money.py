"""«Счета» as pages: each purpose a card of its own, a month row by row with pictures, a table to keep and a sheet to print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from quart import Blueprint, Response, request
from quart_schema import hide

from hub.flows.disputes.ask import standing
from hub.flows.money import child_csv, show_child_month, show_contracts, show_month, statement_csv
from hub.flows.refusals import Reason, Refused
from hub.flows.show_me import list_children
from hub.flows.views.money import MonthPage
from hub.ledger.debits.putting_right import DEBITS
from hub.ledger.model import Kind
from hub.ledger.money import shown
from hub.ledger.texts import KINDS
from hub.store.sessions import Visitor
from hub.web.answers import deps, page
from hub.web.child_page import picture
from hub.web.exports import handed
from hub.web.freshness import again_unless_fresh
from hub.web.guardianship import frame
from hub.web.money_charts import balance_svg, kinds_svg
from hub.web.visitors import led_from_elsewhere, signed_in

routes = Blueprint("money", __name__)
routes.add_app_template_filter(shown, "money")
STRANGE = "Файл забирают со страницы выписки."


@routes.get("/children/<child>/money")
@hide
async def accounts(child: str) -> Response:
    """The child's contracts with their accounts; none yet is a page too."""
    who, found = await signed_in(), deps()
    view = await show_contracts(found, who, child=child)
    return await page("money/accounts.html", view=view, **await frame(found, who, child) | {"section": "money"})


@routes.get("/money/<account>")
@hide
async def statement(account: str) -> Response:
    """`?month=2026-11&kind=meal&cursor=`; `?print=1` is a sheet without anything around it."""
    who, found = await signed_in(), deps()
    view = await _month(who, account)
    template = "money/sheet.html" if "print" in request.args else "money/statement.html"
    again = again_unless_fresh(found, who, f"/money/{account}?month={view.statement.month}")
    kinds = [(one.kind, one.title) for one in view.kinds]
    if view.statement.kind and view.statement.kind not in dict(kinds):
        kinds.append((view.statement.kind, KINDS[Kind(view.statement.kind)]))
    around = await _around(who, view) | {"disputed": await standing(found, who, account), "disputable": DEBITS}
    return await page(template, view=view, views=(view,), titles=_titles(view.months), again=again, kinds=kinds, **around)


@routes.get("/children/<child>/money/month")
@hide
async def child_month(child: str) -> Response:
    """`?month=2026-11`: every account of the child under the other, each with its own sums; `?print=1` as a sheet."""
    who, found = await signed_in(), deps()
    view = await show_child_month(found, who, child, month=request.args.get("month") or None)
    again = again_unless_fresh(found, who, f"/children/{child}/money/month?month={view.month}")
    template = "money/sheet.html" if "print" in request.args else "money/child_month.html"
    around = await frame(found, who, child) | {"section": "money"}
    return await page(template, view=view, views=view.accounts, titles=_titles(view.months), again=again, **around)


@routes.get("/children/<child>/money/month.csv")
@hide
async def child_table(child: str) -> Response:
    who = await signed_in()
    if led_from_elsewhere():
        raise Refused(Reason.CROSS_SITE, STRANGE)
    return handed(await child_csv(deps(), who, child, month=request.args.get("month") or None))


@routes.get("/money/<account>/balance.svg")
@hide
async def balance_picture(account: str) -> Response:
    view = await _month(await signed_in(), account)
    return await picture(lambda: balance_svg(view))


@routes.get("/money/<account>/kinds.svg")
@hide
async def kinds_picture(account: str) -> Response:
    view = await _month(await signed_in(), account)
    return await picture(lambda: kinds_svg(view))


@routes.get("/money/<account>.csv")
@hide
async def as_table(account: str) -> Response:
    who = await signed_in()
    if led_from_elsewhere():
        raise Refused(Reason.CROSS_SITE, STRANGE)
    return handed(await statement_csv(deps(), who, account, month=request.args.get("month") or None))


async def _month(who: Visitor, account: str) -> MonthPage:
    asked = request.args
    month, cursor, kind = (asked.get(name) or None for name in ("month", "cursor", "kind"))
    return await show_month(deps(), who, account, month=month, cursor=cursor, kind=kind)


async def _around(who: Visitor, view: MonthPage) -> dict[str, Any]:
    """The child's head where this person sees the child."""
    if view.child is not None and view.child.id in {one.id for one in (await list_children(deps(), who)).items}:
        return await frame(deps(), who, view.child.id) | {"section": "money"}
    return {"head": None, "siblings": (), "colour": 1, "section": "money"}


def _titles(months: Sequence[str]) -> list[tuple[str, date]]:
    """The months to choose from, as the page words them."""
    return [(one, date(int(one[:4]), int(one[5:]), 1)) for one in months]

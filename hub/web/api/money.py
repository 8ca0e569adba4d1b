"""`/api/v1/contracts` and `/api/v1/accounts/{id}/statement`: what is on a child's accounts, and how it came to that."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_querystring, document_response, tag

from hub.flows.money import show_child_month, show_contracts, show_statement
from hub.flows.money.months import MOST
from hub.flows.views.money import ChildMonth, ContractList, StatementView
from hub.web.answers import JSON, deps, json, tag_of, tagged
from hub.web.api.reading import number
from hub.web.visitors import signed_in

routes = Blueprint("api_money", __name__, url_prefix="/api/v1")


@dataclass(frozen=True, slots=True)
class OfMonth:
    """`month` as 2026-11, without it the school's current one; `kind`: only rows of it; `cursor` is the `next` of the page before;
    `limit` up to 1000 rows."""

    month: str | None = None
    cursor: str | None = None
    limit: int | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class OfChild:
    """`month` as 2026-11, without it the school's current one."""

    month: str | None = None


@routes.get("/contracts")
@tag(["Деньги"])
@document_response(ContractList)
async def list_contracts() -> Response:
    """The contracts of the own children with their accounts; nothing is paid between two purposes."""
    return json(await show_contracts(deps(), await signed_in()))


@routes.get("/accounts/<account>/statement")
@tag(["Деньги"])
@document_querystring(OfMonth)
@document_response(StatementView)
async def statement(account: str) -> Response:
    """A month, oldest first; each row opens with the closing of the one before, over pages and months. Free in every tariff."""
    asked = request.args
    body, tag_ = await show_statement(
        deps(),
        await signed_in(),
        account,
        _made,
        month=asked.get("month") or None,
        cursor=asked.get("cursor") or None,
        limit=number("limit", default=MOST, most=MOST),
        kind=asked.get("kind") or None,
    )
    return tagged(body, JSON, tag=tag_)


@routes.get("/children/<child>/money")
@tag(["Деньги"])
@document_querystring(OfChild)
@document_response(ChildMonth)
async def child_money(child: str) -> Response:
    """All accounts of a child in one month: rows, sums by kind and balances by day, each account by itself."""
    return json(await show_child_month(deps(), await signed_in(), child, month=request.args.get("month") or None))


def _made(view: StatementView) -> tuple[bytes, str]:
    body = msgspec.json.encode(view)
    return body, tag_of(body)

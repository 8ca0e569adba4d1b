"""`/api/v1/top-ups/{id}/receipt`, `/api/v1/accounts/{id}/receipts/{transaction}`: receipts, their marks, or why there is none."""

from __future__ import annotations

from quart import Blueprint, Response
from quart_schema import document_response, tag

from hub.flows.receipts import show_receipt, show_receipt_of
from hub.flows.views.paying.receipts import ReceiptView, TopUpReceipt
from hub.web.answers import deps, json
from hub.web.visitors import signed_in

routes = Blueprint("api_receipts", __name__)


@routes.get("/api/v1/top-ups/<top_up>/receipt")
@tag(["Деньги"])
@document_response(TopUpReceipt)
async def of_top_up(top_up: str) -> Response:
    """`receipt` is null until the payment is on the account."""
    return json(await show_receipt(deps(), await signed_in(), top_up))


@routes.get("/api/v1/accounts/<account>/receipts/<transaction>")
@tag(["Деньги"])
@document_response(ReceiptView)
async def of_transaction(account: str, transaction: str) -> Response:
    """Of any act of the statement: a payment, its use, a refund."""
    return json(await show_receipt_of(deps(), await signed_in(), account, transaction))

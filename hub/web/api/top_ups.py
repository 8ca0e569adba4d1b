"""`/api/v1/accounts/{id}/top-ups`, `/api/v1/top-ups/{id}`: paying in through an acquirer; `/pay/<system>/notify`: it calls."""

from __future__ import annotations

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_request, document_response, hide, tag

from connectors.kit.payment import Notification
from hub.flows.top_up import begin_top_up, give_up_top_up, hear_notice, list_top_ups, show_top_up, show_ways
from hub.flows.views.paying.top_up import TopUpList, TopUpView, WaysView
from hub.web.answers import deps, json
from hub.web.api.reading import body, number
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_top_ups", __name__)
MOST_KOP = 100_000_000


class NewTopUp(msgspec.Struct, frozen=True, kw_only=True):
    """`amount_kop` arrives at the account, the fee comes on top; `method` is one of the ways, without it the provider's first.
    `phone`: whose balance pays (mobile), or where the shop writes to (shop); nothing else is done with it."""

    provider: str
    amount_kop: int
    method: str = ""
    phone: str = ""


@routes.post("/api/v1/accounts/<account>/top-ups")
@tag(["Деньги"])
@document_request(NewTopUp)
@document_response(TopUpView, 201)
async def new_top_up(account: str) -> Response:
    """Pay at `pay_url`. Nothing is credited by coming back from there: only what the provider confirms."""
    who, typed = await signed_in_writer(), await body(NewTopUp)

    async def act() -> Response:
        view = await begin_top_up(
            deps(), who, account, provider=typed.provider, amount_kop=typed.amount_kop, method=typed.method, phone=typed.phone
        )
        return json(view, 201)

    return await once(deps(), who, act, under="/api/v1/top-ups")


@routes.get("/api/v1/accounts/<account>/top-ups")
@tag(["Деньги"])
@document_response(TopUpList)
async def my_top_ups(account: str) -> Response:
    """One's own, the latest first, as they were told last."""
    return json(await list_top_ups(deps(), await signed_in(), account))


@routes.get("/api/v1/accounts/<account>/top-ups/ways")
@tag(["Деньги"])
@document_response(WaysView)
async def ways(account: str) -> Response:
    """`?amount_kop=`: every way with its fee and total, the free one first."""
    amount = number("amount_kop", default=0, most=MOST_KOP)
    return json(await show_ways(deps(), await signed_in(), account, amount or None))


@routes.get("/api/v1/top-ups/<top_up>")
@tag(["Деньги"])
@document_response(TopUpView)
async def read_top_up(top_up: str) -> Response:
    """`paid` means that the ledger has it."""
    return json(await show_top_up(deps(), await signed_in(), top_up))


@routes.post("/api/v1/top-ups/<top_up>/cancel")
@tag(["Деньги"])
@document_response(TopUpView)
async def cancel_top_up(top_up: str) -> Response:
    """Gives up a demand's code that nobody has paid by; 409 where money came by it, or where it is no code."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await give_up_top_up(deps(), who, top_up))

    return await once(deps(), who, act)


@routes.route("/pay/<system>/notify", methods=["GET", "POST"])
@hide
async def pay_notify(system: str) -> Response:
    """The acquirer calls; what it says is a hint."""
    content = await request.get_data(as_text=False)
    assert isinstance(content, bytes), "asked for bytes"
    told = Notification(
        method=request.method,
        query=tuple(request.args.items(multi=True)),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=content,
        address=request.remote_addr or "",
    )
    answer = await hear_notice(deps(), system, told)
    return Response(answer, 200, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})

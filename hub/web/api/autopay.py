"""`/api/v1/accounts/{id}/autopay`, `/api/v1/autopay`: automatic top-up by a rule, a stored consent and a card that the bank keeps."""

from __future__ import annotations

import msgspec
from quart import Blueprint, Response, request
from quart_schema import document_request, document_response, tag

from hub.flows.autopay import Wish, begin_autopay, end_autopay, list_autopay, resume, show_autopay, show_rule
from hub.flows.views.paying.autopay import AutopayList, AutopayPage, AutopayView
from hub.web.answers import deps, json
from hub.web.api.reading import body, number
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_autopay", __name__)
MOST_KOP = 100_000_000


class NewAutopay(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` is threshold (with `threshold_kop`) or monthly (with `day`). `consent` is the version of the words that were read, and
    `accepted_total_kop` the price in them."""

    kind: str
    amount_kop: int
    cap_kop: int
    provider: str
    consent: str
    accepted_total_kop: int
    threshold_kop: int | None = None
    day: int | None = None
    method: str = ""


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    consent: str
    accepted_total_kop: int


@routes.get("/api/v1/accounts/<account>/autopay")
@tag(["Деньги"])
@document_response(AutopayPage)
async def read(account: str) -> Response:
    """With `?kind=&amount_kop=&cap_kop=` and `threshold_kop=` or `day=`: the words to agree to and the price at each bank."""
    return json(await show_autopay(deps(), await signed_in(), account, _asked()))


@routes.post("/api/v1/accounts/<account>/autopay")
@tag(["Деньги"])
@document_request(NewAutopay)
@document_response(AutopayView, 201)
async def begin(account: str) -> Response:
    """Pay the first time at `pay_url`: there the bank keeps the card. A fresh sign-in is needed."""
    who, typed = await signed_in_writer(), await body(NewAutopay)
    wish = Wish(
        kind=typed.kind,
        amount_kop=typed.amount_kop,
        cap_kop=typed.cap_kop,
        threshold_kop=typed.threshold_kop,
        day=typed.day,
        provider=typed.provider,
        method=typed.method,
    )

    async def act() -> Response:
        view = await begin_autopay(deps(), who, account, wish, version=typed.consent, accepted_kop=typed.accepted_total_kop)
        return json(view, 201)

    return await once(deps(), who, act, under="/api/v1/autopay")


@routes.get("/api/v1/autopay")
@tag(["Деньги"])
@document_response(AutopayList)
async def mine() -> Response:
    return json(await list_autopay(deps(), await signed_in()))


@routes.get("/api/v1/autopay/<rule>")
@tag(["Деньги"])
@document_response(AutopayView)
async def one_autopay(rule: str) -> Response:
    return json(await show_rule(deps(), await signed_in(), rule))


@routes.post("/api/v1/autopay/<rule>/resume")
@tag(["Деньги"])
@document_request(Agreed)
@document_response(AutopayView)
async def again(rule: str) -> Response:
    """A paused rule goes on by a new word to today's price."""
    who, typed = await signed_in_writer(), await body(Agreed)

    async def act() -> Response:
        return json(await resume(deps(), who, rule, version=typed.consent, accepted_kop=typed.accepted_total_kop))

    return await once(deps(), who, act)


@routes.delete("/api/v1/autopay/<rule>")
@tag(["Деньги"])
@document_response(AutopayView)
async def stop_autopay(rule: str) -> Response:
    """At once; twice is harmless."""
    who = await signed_in_writer()

    async def act() -> Response:
        return json(await end_autopay(deps(), who, rule))

    return await once(deps(), who, act)


def _asked() -> Wish | None:
    if not request.args.get("kind"):
        return None
    return Wish(
        kind=request.args["kind"],
        amount_kop=number("amount_kop", default=0, most=MOST_KOP),
        cap_kop=number("cap_kop", default=0, most=MOST_KOP),
        threshold_kop=number("threshold_kop", default=0, most=MOST_KOP) or None,
        day=number("day", default=0, most=31) or None,
    )

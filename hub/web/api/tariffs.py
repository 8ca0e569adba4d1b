"""`/api/v1/contracts/{id}/tariff` and `/api/v1/children/{id}/notices/…`: what is paid by the month, and what by the piece."""

from __future__ import annotations

import msgspec
from quart import Blueprint, Response
from quart_schema import document_request, document_response, tag

from hub.flows import tariffs
from hub.flows.views.paying.tariffs import NoticeSettings, NoticeSettingView, TariffView
from hub.web.answers import deps, empty, json
from hub.web.api.reading import body
from hub.web.api.repeats import once
from hub.web.visitors import signed_in, signed_in_writer

routes = Blueprint("api_tariffs", __name__, url_prefix="/api/v1")


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """`accepted_price_kop` is the month's price that was seen, wanted for a paid tariff; `text_version` that of the text."""

    tariff: str
    accepted_price_kop: int | None = None
    text_version: str = ""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """`accepted_price_kop` is the price of one SMS that was seen; the other channels cost nothing."""

    channel: str
    enabled: bool
    accepted_price_kop: int | None = None
    text_version: str = ""


class Cap(msgspec.Struct, frozen=True, kw_only=True):
    cap_kop: int


@routes.get("/contracts/<contract>/tariff")
@tag(["Деньги"])
@document_response(TariffView)
async def read_tariff(contract: str) -> Response:
    """The tariff with its next charge, and what the others would cost at the child's use."""
    return json(await tariffs.show_tariff(deps(), await signed_in(), contract))


@routes.put("/contracts/<contract>/tariff")
@tag(["Деньги"])
@document_request(Chosen)
@document_response(TariffView)
async def choose_tariff(contract: str) -> Response:
    """`zero` at once; a paid one by its price, after three days' notice. Another price: 409."""
    who, chosen = await signed_in_writer(), await body(Chosen)

    async def act() -> Response:
        return json(
            await tariffs.choose_tariff(
                deps(), who, contract, tariff=chosen.tariff, accepted_price_kop=chosen.accepted_price_kop, text_version=chosen.text_version
            )
        )

    return await once(deps(), who, act)


@routes.put("/contracts/<contract>/notices/cap")
@tag(["Деньги"])
@document_request(Cap)
async def set_cap(contract: str) -> Response:
    """How much single SMS of the contract may cost in a month; higher only after a fresh sign-in."""
    who, wanted = await signed_in_writer(), await body(Cap)

    async def act() -> Response:
        await tariffs.put_cap(deps(), who, contract, wanted.cap_kop)
        return empty()

    return await once(deps(), who, act)


@routes.get("/children/<child>/notices")
@tag(["Уведомления"])
@document_response(NoticeSettings)
async def read_notices(child: str) -> Response:
    """The own wishes about this child by kind and channel, with prices."""
    return json(await tariffs.show_notices(deps(), await signed_in(), child))


@routes.put("/children/<child>/notices/<kind>")
@tag(["Уведомления"])
@document_request(Wish)
@document_response(NoticeSettingView)
async def set_notice(child: str, kind: str) -> Response:
    """`kind` is pass or meal. An SMS is switched on at the price that was seen; another price: 409."""
    who, wish = await signed_in_writer(pupil=True), await body(Wish)

    async def act() -> Response:
        view = await tariffs.put_notice(
            deps(),
            who,
            child,
            kind,
            channel=wish.channel,
            enabled=wish.enabled,
            accepted_price_kop=wish.accepted_price_kop,
            text_version=wish.text_version,
        )
        return json(view)

    return await once(deps(), who, act)

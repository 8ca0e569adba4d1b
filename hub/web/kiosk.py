"""`/kiosk/v1/<request>`: the kiosk in the school's hall; the signature is over the raw body, so it is checked before anything is read."""

from __future__ import annotations

import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar, cast

import msgspec
from quart import Blueprint, Response, request
from quart_schema import hide

from device_ingest.signing import Message
from hub.flows import kiosk
from hub.flows.kiosk import Kiosk
from hub.flows.kiosk.refusing import Code, KioskRefused
from hub.store.database import Overloaded, StorageError
from hub.web.answers import PROBLEM, deps, json
from hub.web.kiosk_words import WORDS
from hub.web.uploads import names_nul

log = logging.getLogger("hub.kiosk")
routes = Blueprint("kiosk", __name__, url_prefix="/kiosk/v1")

LONGEST = 16 * 1024
NO_STORE = {"Cache-Control": "no-store"}
T = TypeVar("T")


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """Every body names its own call: the signature does not cover the address."""

    request: str


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    kind: str
    number: str


class Find(Body, frozen=True, kw_only=True):
    credential: Credential | None = None
    contract: str = ""


class OfContract(Body, frozen=True, kw_only=True):
    contract: str


class Accept(OfContract, frozen=True, kw_only=True):
    consent_version: str = ""
    offer_version: str = ""
    agreed: bool = False
    phone: str = ""


class Confirm(Body, frozen=True, kw_only=True):
    acceptance: str
    pin: str


class Forgotten(OfContract, frozen=True, kw_only=True):
    phone: str


class SignIn(OfContract, frozen=True, kw_only=True):
    pin: str


class InSession(Body, frozen=True, kw_only=True):
    session: str


class Statement(InSession, frozen=True, kw_only=True):
    purpose: str


class Order(InSession, frozen=True, kw_only=True):
    service: str
    order: str
    price_kop: int


@routes.post("/<name>")
@hide
async def call(name: str) -> Response:
    try:
        return await _answered(name)
    except KioskRefused as refused:
        return _refused(refused)
    except StorageError as error:
        log.warning("a kiosk waits: %s", type(error).__name__)
        return _refused(KioskRefused(Code.LATER, after_s=error.retry_after_s if isinstance(error, Overloaded) else 5))


async def _answered(name: str) -> Response:
    body = cast(bytes, await request.get_data(as_text=False))
    if len(body) > LONGEST:
        raise KioskRefused(Code.MALFORMED)
    found = await kiosk.known_kiosk(deps(), _message(body))
    act = CALLS.get(name)
    if act is None:
        raise KioskRefused(Code.UNKNOWN_REQUEST)
    return await act(found, body, name)


def _message(body: bytes) -> Message:
    return Message(
        method=request.method,
        url=f"{deps().settings.public_url.partition('://')[0]}://{request.host}{request.full_path.rstrip('?')}",
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        device=request.args.get("device", ""),
    )


def _read(wire: type[T], body: bytes, name: str) -> T:
    if names_nul(body):
        raise KioskRefused(Code.MALFORMED)
    try:
        found = msgspec.json.decode(body, type=wire)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise KioskRefused(Code.MALFORMED) from error
    if getattr(found, "request", "") != name:
        raise KioskRefused(Code.MALFORMED, field="request")
    return found


async def _hello(who: Kiosk, body: bytes, name: str) -> Response:
    _read(Body, body, name)
    return _json(await kiosk.hello(deps(), who))


async def _find(who: Kiosk, body: bytes, name: str) -> Response:
    asked = _read(Find, body, name)
    if (asked.credential is None) is not bool(asked.contract):
        raise KioskRefused(Code.MALFORMED, field="credential")
    card = asked.credential or Credential(kind="", number="")
    return _json(await kiosk.find(deps(), who, contract=asked.contract, kind=card.kind, number=card.number))


async def _consent(who: Kiosk, body: bytes, name: str) -> Response:
    return _json(await kiosk.consent_text(deps(), who, _read(OfContract, body, name).contract))


async def _offer(who: Kiosk, body: bytes, name: str) -> Response:
    return _json(await kiosk.offer_text(deps(), who, _read(OfContract, body, name).contract))


async def _accept(who: Kiosk, body: bytes, name: str) -> Response:
    asked = _read(Accept, body, name)
    sent = await kiosk.accept(
        deps(), who, asked.contract, consent=asked.consent_version, offer=asked.offer_version, agreed=asked.agreed, phone=asked.phone
    )
    return _json(sent, 202)


async def _confirm(who: Kiosk, body: bytes, name: str) -> Response:
    asked = _read(Confirm, body, name)
    return _json(await kiosk.confirm(deps(), who, asked.acceptance, pin=asked.pin))


async def _pin(who: Kiosk, body: bytes, name: str) -> Response:
    asked = _read(Forgotten, body, name)
    return _json(await kiosk.forgotten(deps(), who, asked.contract, phone=asked.phone), 202)


async def _sign_in(who: Kiosk, body: bytes, name: str) -> Response:
    asked = _read(SignIn, body, name)
    return _json(await kiosk.sign_in(deps(), who, asked.contract, pin=asked.pin))


async def _balance(who: Kiosk, body: bytes, name: str) -> Response:
    return _json(await kiosk.balance(deps(), who, _read(InSession, body, name).session))


async def _statement(who: Kiosk, body: bytes, name: str) -> Response:
    asked = _read(Statement, body, name)
    return _json(await kiosk.statement(deps(), who, asked.session, purpose=asked.purpose))


async def _services(who: Kiosk, body: bytes, name: str) -> Response:
    return _json(await kiosk.services(deps(), who, _read(InSession, body, name).session))


async def _order(who: Kiosk, body: bytes, name: str) -> Response:
    asked = _read(Order, body, name)
    made, new = await kiosk.order(deps(), who, asked.session, service=asked.service, order=asked.order, price_kop=asked.price_kop)
    return _json(made, 201 if new else 200)


async def _sign_out(who: Kiosk, body: bytes, name: str) -> Response:
    return _json(await kiosk.sign_out(deps(), who, _read(InSession, body, name).session))


CALLS: Mapping[str, Callable[[Kiosk, bytes, str], Awaitable[Response]]] = MappingProxyType(
    {
        "hello": _hello,
        "find": _find,
        "consent": _consent,
        "offer": _offer,
        "accept": _accept,
        "confirm": _confirm,
        "pin": _pin,
        "sign_in": _sign_in,
        "balance": _balance,
        "statement": _statement,
        "services": _services,
        "order": _order,
        "sign_out": _sign_out,
    }
)


def _json(view: object, status: int = 200) -> Response:
    return json(view, status, headers=NO_STORE)


def _refused(refused: KioskRefused) -> Response:
    status, title, detail = WORDS[refused.code]
    said = {"type": f"/problems/{refused.code}", "title": title, "status": status, "detail": detail, "code": refused.code}
    body: dict[str, Any] = {**said, "now": deps().now(), **refused.more}
    headers = dict(NO_STORE)
    if refused.after_s is not None:
        body["retry_after_s"] = max(1, math.ceil(refused.after_s))
        headers["Retry-After"] = str(body["retry_after_s"])
    return Response(msgspec.json.encode(body), status, content_type=PROBLEM, headers=headers)

"""A played kiosk in one process, and a hub that keeps the page's promises for one contract."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from sandbox.inbox import Letter
from tests.sandbox.shop import HUB
from tests.sandbox.stand import Stand, stand
from tests.sandbox.terminal.conftest import osmp

KEY = b"0123456789abcdef0123456789abcdef"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
CONTRACT, PHONE, PIN = "0270390000", "+79130000001", "4711"
DEVICE = {"device": "dev-1", "secret": SECRET, "school": {"ogrn": "1022200000005", "name": "МБОУ СОШ № 5"}, "place": "холл", "hub": HUB}
ACCOUNT = {
    "purpose": "meal", "title": "Питание", "balance_kop": 0, "top_up_min_kop": 1000, "top_up_max_kop": 1_500_000,
    "terminal": {"account": CONTRACT, "pay_type": "meal"},
}  # fmt: skip
BENEFIT = {**ACCOUNT, "purpose": "meal_benefit", "title": "Льготное питание", "terminal": None}


class Hub:
    """`heard` are the kiosk's calls, `paid` those of its terminal; `said` overrules what a call is answered."""

    def __init__(self, made: Stand) -> None:
        self.stand = made
        self.heard: list[dict[str, Any]] = []
        self.signed: list[bool] = []
        self.paid: list[dict[str, str]] = []
        self.raw: list[httpx.Request] = []
        self.next = "accept"
        self.missing = 0
        self.said: dict[str, tuple[int, dict[str, Any]]] = {}

    def take(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/pay/"):
            asked = dict(request.url.params)
            self.paid.append(asked)
            status, body = self.said.get(f"osmp {asked['command']}", (200, {}))
            text = body.get("xml", osmp(asked)) if status == 200 else ""
            return httpx.Response(status, text=text, headers={"Content-Type": "text/xml"})
        self.raw.append(request)
        asked_ = json.loads(request.content)
        self.heard.append(asked_)
        self.signed.append(self.good(request))
        name = request.url.path.removeprefix("/kiosk/v1/")
        status, answer = self.said.get(name) or self.answer(name)
        return httpx.Response(status, json=answer)

    def good(self, request: httpx.Request) -> bool:
        """Written anew from the page."""
        given = request.headers
        if "webhook-id" not in given:
            return False
        signed = f"{given['webhook-id']}.{given['webhook-timestamp']}.".encode() + request.content
        made = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        return bool(given["webhook-signature"] == f"v1,{made}")

    def answer(self, name: str) -> tuple[int, dict[str, Any]]:
        named = {"contract": CONTRACT, "who": "М. И.", "state": "draft"}
        session = {"session": "s-1", "expires_at": "2026-11-20T09:10:00+00:00"}
        texts = {"contract": CONTRACT, "version": "3", "title": "Документ", "text": "Первый.\n\nВторой <b>."}
        service = {
            "service": "duplicate_card",
            "title": "Дубликат карты",
            "price_kop": 5000,
            "purpose": "services",
            "missing_kop": self.missing,
        }
        if name == "accept":
            code = Letter(kind="sms", system="smsc", to=PHONE, text=f"PIN {PIN}", at=self.stand.app.sandbox.clock.now(), code=PIN)
            self.stand.app.sandbox.inbox.put(code)
        answers: dict[str, tuple[int, dict[str, Any]]] = {
            "hello": (200, {"device": "dev-1"}),
            "find": (200, named | {"next": self.next}),
            "consent": (200, texts | {"without": "Без согласия — в школе.", "operator": "Школа", "processors": ["Банк"]}),
            "offer": (200, texts | {"parties": [{"role": "agent", "name": "ООО", "inn": "2224000000"}], "first_payment_min_kop": 10_000}),
            "accept": (202, {"acceptance": "a-1", "again_after_s": 60, "told": "Если это телефон родителя, придёт PIN"}),
            "confirm": (200, {**named, **session, "state": "active", "waits": [], "first_payment_min_kop": 10_000, "accounts": [ACCOUNT]}),
            "pin": (202, {"again_after_s": 60, "told": "Придёт СМС"}),
            "sign_in": (200, named | session),
            "balance": (200, named | {"first_payment_min_kop": 10_000, "accounts": [ACCOUNT, BENEFIT]}),
            "statement": (
                200,
                {"items": [{"at": "2026-11-20", "text": "Обед", "amount_kop": -9000, "opening_kop": 1000, "closing_kop": -8000}]},
            ),
            "services": (200, {"items": [service]}),
            "order": (201, {"order": "k", "price_kop": 5000, "told": "Карту выдадут в школе"}),
            "sign_out": (200, {}),
        }
        return answers[name]

    async def post(self, **form: str) -> str:
        return (await self.stand.http.post("/kiosk", data=form)).text

    def visit(self, page: str) -> str:
        return page.partition('name="visit" value="')[2].partition('"')[0]


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    async for made in stand("kiosk"):
        found = Hub(made)
        made.app.sandbox.outbound.transport = httpx.MockTransport(found.take)
        await made.control("kiosk/devices", {"items": [DEVICE]})
        yield found
        await made.http.delete("/_sandbox/kiosk/devices/dev-1")
        made.app.sandbox.outbound.transport = None
        made.app.systems["terminal"].reset()

"""Every acquirer's receipts over its sandbox: what is printed, and by which of its ways the marks come to us (RULES D11)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from connectors.kit.payment import FiscalPort, ReceiptAsked, ReceiptLine
from connectors.kit.secret import Secret
from tests.contract.paying_stand import ACQUIRERS, HUB, PayingStand, paying_stand
from tests.nothing_skipped import not_applicable
from tests.sandbox.stand import BASE, stand


@pytest.fixture(params=ACQUIRERS)
async def shop(request: pytest.FixtureRequest) -> AsyncIterator[PayingStand]:
    heard: list[httpx.Request] = []

    def take(request: httpx.Request) -> httpx.Response:
        heard.append(request)
        return httpx.Response(200, text="OK")

    async for made in stand(request.param):
        sandbox = made.app.sandbox
        sandbox.merchants.hub_url, sandbox.outbound.transport = HUB, httpx.MockTransport(take)
        async with paying_stand(request.param, BASE, transport=httpx.ASGITransport(made.app), heard=heard) as found:
            yield found
        sandbox.merchants.hub_url, sandbox.outbound.transport = None, None


RECEIPT = ReceiptAsked(lines=(ReceiptLine(text="Питание", amount_kop=10_000), ReceiptLine(text="Комиссия", amount_kop=650)))


@pytest.mark.rule("D11")
@pytest.mark.parametrize("to", ["email", "phone"])
async def test_a_payments_receipt_is_printed_and_its_marks_are_told(shop: PayingStand, to: str) -> None:
    if "receipts" in shop.port.manifest.exempt:
        not_applicable(shop.port.manifest.exempt["receipts"])
    asked = replace(RECEIPT, email=Secret("a@example.org")) if to == "email" else replace(RECEIPT, phone=Secret("79991234567"))
    paid = await shop.paid(receipt=asked)
    told = [shop.reader.read(one).receipt for one in shop.notifications()] if shop.heard else []
    if isinstance(shop.port, FiscalPort):
        told = list(await shop.port.receipts(paid.provider_id))
    (found,) = [one for one in told if one is not None]
    assert (found.refund, found.drive, found.document.isdigit(), found.sign.isdigit()) == (False, "9999078900000000", True, True)
    assert found.at.tzinfo is not None


async def test_without_a_receipt_asked_for_none_is_told(shop: PayingStand) -> None:
    paid = await shop.paid()
    if isinstance(shop.port, FiscalPort):
        assert await shop.port.receipts(paid.provider_id) == ()
    assert all(shop.reader.read(one).receipt is None for one in shop.notifications())

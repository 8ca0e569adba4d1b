"""Every acquirer's port over its sandbox: what is paid is paid, what is unclear is pending, a repeat is the same (RULES D3, D4, D12)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from connectors.kit.errors import AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected, TimedOut, Unavailable
from connectors.kit.manifest import Kind, PayWay
from connectors.kit.payment import NotAsked, Notification, Order, PaymentPort, PaymentState, Signature
from connectors.kit.secret import Secret
from tests.contract.paying_stand import ACQUIRERS, HUB, PayingStand, paying_stand
from tests.contract.stand import manifest_of
from tests.nothing_skipped import not_applicable
from tests.sandbox.stand import BASE, stand

FACES = [*((name, "") for name in ACQUIRERS), ("rbs", "soap")]
"""Each acquirer, and the bank's gateway by its other face."""


@pytest.fixture(params=FACES, ids=lambda face: "-".join(filter(None, face)))
async def shop(request: pytest.FixtureRequest) -> AsyncIterator[PayingStand]:
    heard: list[httpx.Request] = []

    def take(request: httpx.Request) -> httpx.Response:
        heard.append(request)
        return httpx.Response(200, text="OK")

    name, wire = request.param
    async for made in stand(name):
        sandbox = made.app.sandbox
        sandbox.merchants.hub_url, sandbox.outbound.transport = HUB, httpx.MockTransport(take)
        async with paying_stand(
            name, BASE, transport=httpx.ASGITransport(made.app), heard=heard, options={"WIRE": wire} if wire else {}
        ) as found:
            yield found
        sandbox.merchants.hub_url, sandbox.outbound.transport = None, None


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little patience, so that a silent acquirer costs a test no time."""
    for module in ("rbs", "yookassa", "tbank", "demand_code"):
        for name in ("ASK_WITHIN_S", "CREATE_WITHIN_S"):
            monkeypatch.setattr(f"connectors.payments.{module}.client.{name}", 0.3)


def applies(shop: PayingStand, what: str) -> None:
    """The manifest says with a reason what its system has not; then the port says so too (below)."""
    if what in shop.port.manifest.exempt:
        not_applicable(shop.port.manifest.exempt[what])


async def test_what_the_manifest_exempts_is_refused_in_words(shop: PayingStand) -> None:
    exempt, port, paid = shop.port.manifest.exempt, shop.port, await shop.paid()
    asked: dict[str, list[Callable[[], Awaitable[object]]]] = {
        "hold": [lambda: port.create(shop.order(hold=True)), lambda: port.capture(paid.provider_id, 1)],
        "refund": [lambda: port.refund(paid.provider_id, 1, before_kop=0)],
        "bindings": [lambda: port.bindings("c"), lambda: port.unbind("c", "b"), lambda: port.charge(shop.order(), "b")],
    }
    for act in (act for what in exempt for act in asked.get(what, ())):
        with pytest.raises(Rejected) as told:
            await act()
        assert told.value.text


async def test_it_is_a_port_with_ways_to_pay(shop: PayingStand) -> None:
    assert isinstance(shop.port, PaymentPort)
    assert shop.port.manifest.kind is Kind.PAYMENT
    assert shop.port.manifest.methods


async def test_an_order_is_made_paid_and_told(shop: PayingStand) -> None:
    order = shop.order()
    made = await shop.port.create(order)
    assert (made.order, made.state, made.amount_kop, made.paid_kop) == (order.id, PaymentState.PENDING, 10_650, 0)
    assert made.pay_url.startswith(BASE) and made.provider_id
    await shop.play(made, "pay")
    paid = await shop.port.status(made.provider_id)
    assert (paid.state, paid.paid_kop, paid.order, paid.provider_id) == (PaymentState.PAID, 10_650, order.id, made.provider_id)


@pytest.mark.rule("D4")
async def test_a_declined_order_is_declined_and_an_unpaid_one_pending(shop: PayingStand) -> None:
    made = await shop.port.create(shop.order())
    assert (await shop.port.status(made.provider_id)).state is PaymentState.PENDING
    await shop.play(made, "decline")
    found = await shop.port.status(made.provider_id)
    assert (found.state, found.paid_kop) == (PaymentState.DECLINED, 0)


@pytest.mark.rule("D3")
@pytest.mark.usefixtures("hurried")
async def test_an_order_whose_answer_was_lost_is_found_and_not_made_again(shop: PayingStand) -> None:
    order, before = shop.order(), len(await shop.orders())
    await shop.fault("late_answer", 60, times=1)
    with pytest.raises(TimedOut):
        await shop.port.create(order)
    await shop.well()
    found = await shop.port.find(order)
    assert (found.order, found.state, len(await shop.orders())) == (order.id, PaymentState.PENDING, before + 1)
    await shop.play(found, "pay")
    assert (await shop.port.find(order)).state is PaymentState.PAID


@pytest.mark.rule("D3")
async def test_one_hiccup_makes_no_second_order(shop: PayingStand) -> None:
    order = shop.order()
    await shop.fault("status", 500, times=1)
    before = len(await shop.orders())
    try:
        await shop.port.create(order)
    except Unavailable:
        await shop.port.create(order)
    assert len(await shop.orders()) == before + 1


@pytest.mark.rule("D3")
async def test_one_number_with_another_sum_is_refused(shop: PayingStand) -> None:
    order = shop.order()
    made = await shop.port.create(order)
    other = Order(id=order.id, amount_kop=20_000, description=order.description, return_url=order.return_url)
    with pytest.raises(Rejected) as told:
        await shop.port.find(other)
    assert told.value.reason == "order_differs"
    assert (await shop.port.status(made.provider_id)).amount_kop == 10_650


async def test_a_part_is_given_back_once_however_often_it_is_asked(shop: PayingStand) -> None:
    applies(shop, "refund")
    paid = await shop.paid()
    for _ in range(2):
        assert (await shop.port.refund(paid.provider_id, 500, before_kop=0)).amount_kop == 500
    found = await shop.port.status(paid.provider_id)
    assert found.state is PaymentState.REFUNDED
    assert found.refunded_kop in (500, None)
    assert (await shop.port.refund(paid.provider_id, 10_150, before_kop=500)).done
    assert (await shop.port.status(paid.provider_id)).refunded_kop == 10_650


async def test_more_than_was_paid_is_never_given_back(shop: PayingStand) -> None:
    applies(shop, "refund")
    paid = await shop.paid()
    with pytest.raises(Rejected):
        await shop.port.refund(paid.provider_id, 10_651, before_kop=0)
    assert (await shop.port.status(paid.provider_id)).state is PaymentState.PAID


async def test_held_money_is_taken_or_let_go(shop: PayingStand) -> None:
    applies(shop, "hold")
    taken, dropped = await shop.paid(hold=True), await shop.paid(hold=True)
    assert (taken.state, taken.held_kop, taken.paid_kop) == (PaymentState.HELD, 10_650, 0)
    assert (await shop.port.capture(taken.provider_id, 10_650)).paid_kop == 10_650
    for _ in range(2):
        assert (await shop.port.cancel(dropped.provider_id)).state is PaymentState.DECLINED


@pytest.mark.rule("D12")
async def test_a_kept_binding_is_charged_and_no_card_number_comes_along(shop: PayingStand) -> None:
    applies(shop, "bindings")
    paid = await shop.paid(client="c1")
    try:
        kept = [one.id for one in await shop.port.bindings("c1")]
        assert [one.title[-6:] for one in await shop.port.bindings("c1")] == ["··4444"]
        assert all(sum(sign.isdigit() for sign in one.title) == 4 for one in await shop.port.bindings("c1"))
    except Rejected:
        kept = [paid.binding]
        assert paid.binding_title == "MasterCard ··4444"
    assert (await shop.port.charge(shop.order(5_000), kept[-1])).paid_kop == 5_000
    assert "55555" not in repr(paid)
    repeated = replace(shop.order(5_000), binding=kept[-1])
    charged = await shop.port.charge(repeated, kept[-1])
    assert (await shop.port.find(repeated)).provider_id == charged.provider_id


async def test_what_is_not_there_is_not_found(shop: PayingStand) -> None:
    for id_ in ("00000000-0000-0000-0000-000000000000", "../x", ""):
        with pytest.raises(NotFound):
            await shop.port.status(id_)


FAULTS: list[tuple[str, Any, tuple[type[ConnectorError], ...]]] = [
    ("status", 500, (Unavailable,)),
    ("status", 503, (Unavailable,)),
    ("status", 404, (NotFound,)),
    ("status", 429, (RateLimited,)),
    ("drop", None, (Unavailable,)),
    ("html", 200, (Unavailable, Drifted)),
    ("html", 502, (Unavailable,)),
    ("garbage", None, (Drifted,)),
    ("rate_limit", 60, (RateLimited,)),
    ("auth_expired", None, (AuthExpired,)),
    ("drift", None, (Drifted,)),
    ("latency", 5, (TimedOut,)),
]


@pytest.mark.parametrize(("kind", "value", "expected"), FAULTS, ids=lambda value: str(value) if isinstance(value, str | int) else "")
@pytest.mark.usefixtures("hurried")
async def test_a_fault_becomes_its_error_and_never_a_payment(
    shop: PayingStand, kind: str, value: Any, expected: tuple[type[ConnectorError], ...]
) -> None:
    paid = await shop.paid()
    await shop.fault(kind, value)
    with pytest.raises(ConnectorError) as told:
        await shop.port.status(paid.provider_id)
    assert type(told.value) in expected, told.value
    await shop.well()
    assert (await shop.port.status(paid.provider_id)).state is PaymentState.PAID


@pytest.mark.usefixtures("hurried")
async def test_the_manifest_says_how_the_acquirer_names_each_error(shop: PayingStand) -> None:
    paid = await shop.paid()
    for ours, own in manifest_of(shop.name).error_codes.items():
        await shop.fault("error", own)
        with pytest.raises(ConnectorError) as told:
            await shop.port.status(paid.provider_id)
        assert told.value.code == ours, own
        await shop.well()


# Ways to pay
@pytest.mark.feature("F033")
@pytest.mark.feature("F038")
async def test_every_way_of_the_manifest_makes_an_order_that_is_paid(shop: PayingStand) -> None:
    for method in shop.port.manifest.methods:
        order = shop.order(method=method.name, phone=Secret("79001234567"))
        made = await shop.port.create(order)
        assert made.state is PaymentState.PENDING
        assert bool(made.pay_url) is (method.way is not PayWay.MOBILE)
        assert bool(made.demand) is (method.way is PayWay.SHOP)
        await shop.play(made, "pay")
        assert (await shop.port.status(made.provider_id)).paid_kop == 10_650


async def test_a_bank_that_gives_no_sbp_link_shows_its_page(shop: PayingStand) -> None:
    sbp = next((one.name for one in shop.port.manifest.methods if one.way is PayWay.SBP), None)
    if sbp is None or shop.name == "yookassa":
        not_applicable("SBP is not asked for by a call of its own")
    made = await shop.port.create(shop.order(method=sbp))
    if not shop.options:
        assert re.search("/(sbp|qr)/", made.pay_url)
        assert re.search("/(sbp|qr)/", (await shop.port.find(shop.order(method=sbp, id=made.order))).pay_url)
    await shop.fault("error", "7" if shop.name == "rbs" else "8", path="*/sbp/*" if shop.name == "rbs" else "*GetQr")
    made = await shop.port.create(shop.order(method=sbp))
    assert made.pay_url.startswith(BASE) and not re.search("/(sbp|qr)/", made.pay_url)


# Notices
@pytest.mark.rule("D4")
async def test_a_notice_says_which_payment_and_whether_it_is_genuine(shop: PayingStand) -> None:
    paid = await shop.paid()
    await asyncio.sleep(0)
    hints = [shop.reader.read(one) for one in shop.notifications()]
    assert {one.provider_id for one in hints} == {paid.provider_id}
    assert {one.signature for one in hints} <= {Signature.GOOD, Signature.NONE}
    shop.heard.clear()
    await shop.play(paid, "notify", times=1, tamper="signature")
    spoilt = [shop.reader.read(one) for one in shop.notifications()]
    assert {one.signature for one in spoilt} <= {Signature.BAD, Signature.NONE}
    assert spoilt


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"{}", b"<x/>", b'{"event": 1}', b'{"PaymentId": true}', b"[" * 5000])
async def test_what_is_no_notice_is_told_apart(shop: PayingStand, body: bytes) -> None:
    with pytest.raises(NotAsked):
        shop.reader.read(Notification(method="POST", body=body))

"""Every text gateway's port over its sandbox: sent once, followed to its end, refused in one of the eight ways."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from connectors.kit.errors import AuthExpired, ConnectorError, NotFound, RateLimited, Rejected, TimedOut, Unavailable
from connectors.kit.notice import TextGateway, TextState
from tests.contract.text_stand import GATEWAYS, PHONE, TextStand, text_stand
from tests.sandbox.stand import BASE, stand


@pytest.fixture(params=GATEWAYS)
async def gate(request: pytest.FixtureRequest) -> AsyncIterator[TextStand]:
    async for made in stand(request.param):
        async with text_stand(request.param, BASE, transport=httpx.ASGITransport(made.app)) as found:
            yield found


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little patience, so that a silent gateway costs a test no time."""
    for module in ("smsc", "smsru"):
        for name in ("ASK_WITHIN_S", "SEND_WITHIN_S"):
            monkeypatch.setattr(f"connectors.notices.{module}.client.{name}", 0.3)


async def test_a_text_arrives_and_is_followed_to_its_end(gate: TextStand) -> None:
    assert isinstance(gate.port, TextGateway)
    message = gate.message()
    sent = await gate.port.send(message)
    assert (sent.state, bool(sent.gateway_id)) == (TextState.QUEUED, True)
    assert await gate.inbox() == [message.text.reveal()]
    states = [(await gate.port.status(message, sent.gateway_id)).state]
    for seconds in (2, 4):
        await gate.later(seconds)
        states.append((await gate.port.status(message, sent.gateway_id)).state)
    assert states == [TextState.QUEUED, TextState.SENT, TextState.DELIVERED]


async def test_a_text_that_cannot_be_delivered_has_failed_with_a_reason(gate: TextStand) -> None:
    await gate.fate("undeliverable", PHONE)
    message = gate.message()
    sent = await gate.port.send(message)
    await gate.later(60)
    found = await gate.port.status(message, sent.gateway_id)
    assert (found.state, bool(found.word)) == (TextState.FAILED, True)
    assert await gate.inbox() == []


async def test_price_and_balance_are_told_and_nothing_is_sent(gate: TextStand) -> None:
    one, two = await gate.port.price(gate.message("я" * 70)), await gate.port.price(gate.message("я" * 71))
    assert (one.parts, two.parts, two.cost_kop) == (1, 2, 2 * one.cost_kop)
    assert await gate.inbox() == []
    before = await gate.port.balance()
    await gate.port.send(gate.message("я" * 71))
    assert before - await gate.port.balance() == two.cost_kop


@pytest.mark.usefixtures("hurried")
async def test_a_lost_answer_is_found_by_our_own_id_where_the_gateway_takes_one(gate: TextStand) -> None:
    message = gate.message()
    await gate.fault("late_answer", 60, times=1)
    with pytest.raises(TimedOut):
        await gate.port.send(message)
    await gate.well()
    if gate.port.finds:
        assert (await gate.port.find(message)).state in (TextState.QUEUED, TextState.SENT)
    else:
        with pytest.raises(Rejected, match="cannot"):
            await gate.port.find(message)
    assert await gate.inbox() == [message.text.reveal()]


async def test_a_text_that_never_came_to_be_is_not_found(gate: TextStand) -> None:
    if gate.port.finds:
        with pytest.raises(NotFound):
            await gate.port.find(gate.message())
    with pytest.raises(NotFound):
        await gate.port.status(gate.message(), "202647-999999" if gate.name == "smsru" else "123456")


async def test_the_same_text_once_more_is_a_repeat_and_not_sent(gate: TextStand) -> None:
    first, again = gate.message("Одно и то же"), gate.message("Одно и то же")
    await gate.port.send(first)
    with pytest.raises(RateLimited):
        await gate.port.send(again)
    assert await gate.inbox() == ["Одно и то же"]


async def test_a_number_that_is_none_is_refused_for_good(gate: TextStand) -> None:
    with pytest.raises(Rejected) as told:
        await gate.port.send(gate.message(phone="+7913"))
    assert "7913" not in str(told.value) + told.value.text


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    ("kind", "value", "error"),
    [
        ("auth_expired", None, AuthExpired),
        ("status", 503, Unavailable),
        ("html", 502, Unavailable),
        ("latency", 60, TimedOut),
        ("rate_limit", 5, ConnectorError),
        ("garbage", None, ConnectorError),
        ("drift", None, ConnectorError),
        ("drop", None, ConnectorError),
    ],
)
async def test_what_goes_wrong_is_one_of_the_eight(gate: TextStand, kind: str, value: float | None, error: type[ConnectorError]) -> None:
    await gate.fault(kind, value)
    with pytest.raises(error):
        await gate.port.send(gate.message())
    await gate.well()
    assert (await gate.port.send(gate.message())).gateway_id

"""Every free way to a person over the sandbox: what arrives, what a dead address says, and which errors prove that nothing was sent."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from connectors.kit.channel import Gone, NoticeChannel, TalkChannel, nothing_sent
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, RateLimited, Rejected, Unavailable
from connectors.kit.notice import TextState
from tests.contract.channel_stand import SYSTEMS, ChannelStand, channel_stand


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = ec.generate_private_key(ec.SECP256R1())
    file = tmp_path_factory.mktemp("push") / "key.pem"
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(made.private_bytes(*form))
    return file


@pytest.fixture(params=SYSTEMS)
async def way(request: pytest.FixtureRequest, key: Path) -> AsyncIterator[ChannelStand]:
    async with channel_stand(request.param, key) as found:
        yield found


async def test_a_message_arrives_once(way: ChannelStand) -> None:
    assert isinstance(way.port, NoticeChannel) and way.port.name == way.name
    delivery = way.delivery()
    told = await way.port.send(delivery)
    assert (told.state, bool(told.outside_id)) == (TextState.SENT, True)
    (text,) = await way.inbox()
    if way.name == "push":
        assert json.loads(text) == {"event": delivery.event}, "the words stay here"
    else:
        assert delivery.text.reveal() in text and delivery.link in text
    await way.port.send(delivery)
    assert (len(await way.inbox()) == 1) is (way.name == "vk"), "VK knows a message by its number, a browser by its topic"


@pytest.mark.rule("F2")
async def test_a_dead_address_is_gone_for_ever(way: ChannelStand) -> None:
    with pytest.raises(Gone) as told:
        await way.port.send(way.delivery(to=way.gone))
    assert nothing_sent(told.value) and told.value.text and way.gone.reveal() not in str(told.value) + told.value.text
    assert await way.inbox() == []


FAULTS: dict[str, list[tuple[str, Any, tuple[type[ConnectorError], ...]]]] = {
    "email": [("rate_limit", 60, (RateLimited,)), ("auth_expired", None, (AuthExpired,)), ("error", 451, (Unavailable,)),
              ("drop", None, (Unavailable,))],
    "push": [("rate_limit", 60, (RateLimited,)), ("auth_expired", None, (AccessDenied,)), ("status", 503, (Unavailable,)),
             ("error", 413, (Rejected,))],
    "max": [("rate_limit", 60, (RateLimited,)), ("auth_expired", None, (AuthExpired,)), ("status", 503, (Unavailable,))],
    "vk": [("auth_expired", None, (AuthExpired,)), ("error", 9, (RateLimited,)), ("error", 10, (Unavailable,))],
}  # fmt: skip


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting between tries."""

    monkeypatch.setattr("connectors.kit.calls.caller._wait", lambda state: 0.0)
    monkeypatch.setattr("connectors.vkapi.client.TRIES", 1)


@pytest.mark.parametrize(
    ("name", "kind", "value", "expected"),
    [(name, kind, value, expected) for name, rows in FAULTS.items() for kind, value, expected in rows],
)
async def test_trouble_is_one_of_the_eight(
    name: str, kind: str, value: Any, expected: tuple[type[ConnectorError], ...], key: Path, impatient: None
) -> None:
    async with channel_stand(name, key) as way:
        await way.fault(kind, value)
        with pytest.raises(expected) as told:
            await way.port.send(way.delivery())
        assert way.to.reveal() not in str(told.value)
        await way.well()
        assert not [text for text in await way.inbox() if "Вход" in text] or not nothing_sent(told.value)


@pytest.mark.parametrize(("name", "host"), [("max", "https://max.ru/"), ("vk", "https://vk.me/club")])
async def test_a_messenger_says_where_its_talk_begins(name: str, host: str, key: Path) -> None:
    async with channel_stand(name, key) as way:
        assert isinstance(way.port, TalkChannel)
        assert (await way.port.opens_at()).startswith(host)
        with pytest.raises(Rejected, match="length"):
            await way.port.send(way.delivery(text=type(way.to)("я" * 10_000)))


@pytest.mark.parametrize("name", ["max", "vk"])
async def test_a_messenger_says_a_short_text_once(name: str, key: Path) -> None:
    async with channel_stand(name, key) as way:
        await way.port.send(way.delivery(title="Петя: вход в 08:12", text=type(way.to)("Петя: вход в 08:12")))
        assert (await way.inbox())[-1].count("Петя: вход в 08:12") == 1

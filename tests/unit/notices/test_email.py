"""Letters: what stands in them, what no text and no address can put into them, and what each reply of a server means."""

from __future__ import annotations

import asyncio
import email
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from connectors.kit.calls.breaker import Paused
from connectors.kit.channel import Delivery, Gone, NoticeChannel, NotSent, nothing_sent
from connectors.kit.config import BadSetting, ConnectorConfig
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, RateLimited, Rejected, TimedOut, Unavailable
from connectors.kit.notice import TextState
from connectors.kit.registry import connect
from connectors.kit.secret import Secret
from connectors.notices.email import client
from tests.unit.notices.smtp_server import mail_server

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
REPLIES = json.loads((Path(__file__).parents[2] / "wire" / "email" / "replies.json").read_text("utf-8"))["rcpt"]
KINDS: dict[str, type[ConnectorError]] = {
    "gone": Gone,
    "rejected": Rejected,
    "not_sent": NotSent,
    "rate_limited": RateLimited,
    "access_denied": AccessDenied,
    "auth_expired": AuthExpired,
}
DELIVERY = Delivery(
    id="n-17",
    event="e17",
    to=Secret("anna@mail.example"),
    title="Петя пришёл в школу",
    text=Secret("Вход в 08:12.\n\nДверь «Главный вход»."),
    expires_at=NOW + timedelta(hours=1),
    link="https://hub.example/children/1/passes",
    unsubscribe="https://hub.example/unsubscribe/abc",
)


def channel(port: int, **options: str) -> NoticeChannel:
    given = {"FROM": "School Hub <hub@school.example>", **options}
    config = ConnectorConfig(instance="email", base_urls={"email": f"smtp://127.0.0.1:{port}"}, options=given, demo=True)
    return connect([config], now=lambda: NOW).channels["email"]


def parsed(text: str) -> EmailMessage:
    found = email.message_from_string(text.removesuffix(".\r\n"), policy=default)
    assert isinstance(found, EmailMessage)
    return found


async def test_a_letter_carries_its_id_its_words_and_the_way_to_have_no_more() -> None:
    async with mail_server() as server:
        port = channel(server.port)
        assert isinstance(port, NoticeChannel)
        told = await port.send(DELIVERY)
    assert (told.outside_id, told.state, told.word) == ("n-17@school.example", TextState.SENT, "250")
    (letter,) = map(parsed, server.letters)
    assert (letter["Subject"], letter["To"], letter["Message-ID"]) == ("Петя пришёл в школу", "anna@mail.example", "<n-17@school.example>")
    assert letter["From"] == "School Hub <hub@school.example>" and letter["Date"].datetime == NOW
    assert letter["List-Unsubscribe"] == "<https://hub.example/unsubscribe/abc>"
    assert (letter["List-Unsubscribe-Post"], letter["Auto-Submitted"]) == ("List-Unsubscribe=One-Click", "auto-generated")
    plain, html = (letter.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None and html is not None
    assert "Вход в 08:12." in plain.get_content() and "https://hub.example/children/1/passes" in plain.get_content()
    assert "<p>Дверь «Главный вход».</p>" in html.get_content()
    assert "MAIL FROM:<hub@school.example>" in server.heard[1] and server.heard[-1] == "QUIT"


@pytest.mark.parametrize(
    "title",
    [
        "Ребёнок: выход в 12:29 20.11, во время уроков",
        "а б " * 50,
        "Слово" * 40,
        "School Hub: №5 и ещё",
        "Plain " * 30 + "end",
    ],
)
async def test_a_title_of_any_length_arrives_with_its_spaces(title: str) -> None:
    async with mail_server() as server:
        await channel(server.port).send(replace(DELIVERY, title=title))
    (letter,) = map(parsed, server.letters)
    assert letter["Subject"] == title.strip()
    assert max(len(line) for line in server.letters[0].splitlines()) < 998


@pytest.mark.parametrize(
    "title", ["Привет\r\nBcc: all@mail.example", "a\nX-Evil: 1", "a\x00\x0bb", "\u2028Bcc: x", "=?utf-8?q?x?=\r\n\r\n<b>"]
)
async def test_no_title_puts_a_header_into_a_letter(title: str) -> None:
    async with mail_server() as server:
        await channel(server.port).send(replace(DELIVERY, title=title))
    (letter,) = map(parsed, server.letters)
    assert letter["Bcc"] is None and letter["X-Evil"] is None
    assert len(letter.get_all("Subject", [])) == 1


@pytest.mark.parametrize(
    "address",
    [
        "", "anna", "a@b", "a b@mail.example", "a@mail.example\r\nRCPT TO:<b@mail.example>", "<a@mail.example>", "a,b@mail.example",
        "a@mail.example,b@mail.example", "анна@mail.example", "a@@mail.example", "a@mail..example",
        '"a b"@mail.example', "x" * 65 + "@a.ru",
    ],
)  # fmt: skip
async def test_what_is_no_address_is_not_asked_about(address: str) -> None:
    async with mail_server() as server:
        with pytest.raises(Rejected, match="address") as told:
            await channel(server.port).send(replace(DELIVERY, to=Secret(address)))
    assert not server.heard and nothing_sent(told.value)


async def test_a_domain_in_cyrillic_is_written_in_ascii() -> None:
    async with mail_server() as server:
        await channel(server.port).send(replace(DELIVERY, to=Secret("anna@почта.рф")))
    assert "RCPT TO:<anna@xn--80a1acny.xn--p1ai>" in server.heard


@pytest.mark.parametrize(("reply", "kind"), REPLIES)
@pytest.mark.parametrize("command", ["RCPT", "END"])
async def test_each_reply_is_one_of_the_eight_and_names_nobody(command: str, reply: str, kind: str) -> None:
    async with mail_server(**{command: f"{reply} <anna@mail.example>"}) as server:
        with pytest.raises(KINDS[kind]) as told:
            await channel(server.port).send(DELIVERY)
    assert type(told.value) is KINDS[kind] and nothing_sent(told.value)
    assert "anna" not in str(told.value) + told.value.text


@pytest.mark.parametrize(
    ("says", "kind", "sure"),
    [
        ({"HELLO": ""}, NotSent, True),
        ({"EHLO": "", "HELO": ""}, NotSent, True),
        ({"RCPT": ""}, NotSent, True),
        ({"END": ""}, Unavailable, False),
        ({"RCPT": "what?"}, NotSent, True),
        ({"AUTH": "535 5.7.8 wrong", "EHLO": "250-here\r\n250 AUTH PLAIN"}, AuthExpired, True),
    ],
)
async def test_only_after_the_letter_was_given_nobody_knows(says: dict[str, str], kind: type[ConnectorError], sure: bool) -> None:
    async with mail_server(**says) as server:
        signs = {"USER": "hub", "PASSWORD": "p-w"} if "AUTH" in says else {}
        with pytest.raises(ConnectorError) as told:
            await channel(server.port, **signs).send(DELIVERY)
    assert type(told.value) in (kind, Drifted) and nothing_sent(told.value) is sure
    assert "p-w" not in str(told.value)


async def test_a_silent_server_is_waited_for_no_longer_than_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "DELIVER_WITHIN_S", 0.2)
    async with mail_server(DATA="354 go on", END="") as server:
        server.says = {**server.says, "HELLO": "220-still"}
        with pytest.raises(NotSent):
            await channel(server.port).send(DELIVERY)


async def test_a_letter_that_finds_no_free_connection_waits_and_blames_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "DELIVER_WITHIN_S", 0.05)
    async with mail_server() as server:
        port = channel(server.port)
        assert isinstance(port, client.Email)
        port._gate = asyncio.Semaphore(0)
        for _ in range(6):
            with pytest.raises(RateLimited):
                await port.send(DELIVERY)
        assert port.breaker.state == "closed" and not server.heard


async def test_a_server_that_is_down_is_left_in_peace_and_one_full_box_stops_nobody() -> None:
    async with mail_server(RCPT="452 4.2.2 full") as server:
        port = channel(server.port)
        for _ in range(6):
            with pytest.raises(RateLimited):
                await port.send(DELIVERY)
    for _ in range(5):
        with pytest.raises(NotSent):
            await port.send(DELIVERY)
    with pytest.raises(Paused):
        await port.send(DELIVERY)


@pytest.mark.parametrize("change", [{"text": Secret(" ")}, {"text": Secret("я" * 60_000)}, {"id": "a b"}, {"link": "javascript:alert(1)"}])
async def test_a_letter_that_cannot_be_made_is_refused_unsent(change: dict[str, Any]) -> None:
    with pytest.raises(Rejected):
        await channel(9).send(replace(DELIVERY, **change))


@pytest.mark.parametrize("sender", ["School Hub", "a@b", "School\nHub <a@b.ru>"])
def test_a_sender_that_is_none_stops_the_start(sender: str) -> None:
    with pytest.raises(BadSetting, match="HUB_EMAIL_FROM"):
        channel(9, FROM=sender)


@pytest.mark.parametrize(
    ("address", "tls"),
    [("smtp://mail.example", (False, True)), ("smtps://mail.example", (True, False)), ("smtp://localhost:9025", (False, False))],
)
def test_only_this_machines_server_is_spoken_to_without_tls(address: str, tls: tuple[bool, bool], monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[dict[str, Any]] = []
    keep: Callable[..., None] = lambda **options: made.append(options)  # noqa: E731 - a stand-in of one line
    monkeypatch.setattr("aiosmtplib.SMTP", keep)
    config = ConnectorConfig(instance="email", base_urls={"email": address}, options={"FROM": "hub@school.example"})
    port = connect([config], now=lambda: NOW).channels["email"]
    assert isinstance(port, client.Email)
    port._server()
    assert (made[0]["use_tls"], made[0]["start_tls"]) == tls


def test_nothing_of_a_delivery_is_printed() -> None:
    assert not [word for word in ("anna", "Петя", "Вход", "hub.example") if word in repr(DELIVERY)]
    assert issubclass(TimedOut, ConnectorError) and not nothing_sent(TimedOut("email"))

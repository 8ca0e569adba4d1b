"""The mail server: public clients send unchanged, the inbox shows subject, text and code, refusals are a real server's."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import pytest

from sandbox.app import SandboxApp, create_app
from sandbox.mail.sink import MailSink
from sandbox.mail.wire.letters import read
from sandbox.tls import Authority


class Post:
    """A sandbox that listens for mail, and a sender."""

    def __init__(self, app: SandboxApp) -> None:
        self.app, self.sink = app, app.sandbox.shared["mail"]
        self.trust = ssl.create_default_context()

    async def send(self, to: str = "mama@town.example", text: str = "Ваш код: 482913", **how: Any) -> None:
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = "hub@town.example", to, "Вход в кабинет"
        letter["List-Unsubscribe"] = "<http://localhost:8000/u/1>"
        letter.set_content(text)
        await aiosmtplib.send(letter, hostname="127.0.0.1", port=self.sink.port, **{"start_tls": False, "timeout": 5} | how)

    def letters(self) -> list[dict[str, Any]]:
        return [one.shown() for one in self.app.sandbox.inbox.found("mail")]

    def fail(self, kind: str, value: float | None = None) -> None:
        self.app.sandbox.faults.add("mail", frozenset({"mail"}), kind, value=value, times=1)


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    app = create_app()
    found, sink, authority = Post(app), app.sandbox.shared["mail"], Authority.throw_away()
    assert isinstance(sink, MailSink)
    found.trust.load_verify_locations(cadata=authority.pem.decode())
    await sink.open([socket.create_server(("127.0.0.1", 0))], authority.server_context(()))
    yield found
    await sink.close()


async def test_a_letter_arrives_with_its_subject_text_and_code(post: Post) -> None:
    await post.send()
    (letter,) = post.letters()
    assert letter.pop("at")
    assert letter == {
        "kind": "mail", "channel": "mail", "system": "mail", "to": "mama@town.example", "from": "hub@town.example",
        "subject": "Вход в кабинет", "text": "Ваш код: 482913", "code": "482913", "unsubscribe": "<http://localhost:8000/u/1>",
    }  # fmt: skip


async def test_it_takes_letters_under_tls_from_whoever_knows_the_password(post: Post) -> None:
    told = (await post.app.quart.test_client().get("/_sandbox/mail")).get_json()
    answer = await told
    assert (answer["port"], answer["starttls"]) == (post.sink.port, True)
    signed = {"username": answer["user"], "password": answer["password"]}
    await post.send(start_tls=True, tls_context=post.trust, **signed)
    with pytest.raises(aiosmtplib.SMTPAuthenticationError):
        await post.send(username=answer["user"], password="another")
    assert len(post.letters()) == 1


@pytest.mark.parametrize(("to", "code"), [("x@unknown.example", 550), ("x@later.example", 451), ("x@full.example", 452), ("nobody", 550)])
async def test_some_recipients_are_refused(post: Post, to: str, code: int) -> None:
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
        await post.send(to)
    assert refused.value.recipients[0].code == code
    assert post.letters() == []


async def test_a_letter_over_a_mebibyte_is_refused(post: Post) -> None:
    with pytest.raises(aiosmtplib.SMTPResponseException) as refused:
        await post.send(text="слово " * 200_000)
    assert refused.value.code == 552
    assert post.letters() == []


@pytest.mark.parametrize(
    ("kind", "value", "code"), [("status", 554, 554), ("error", 421, 421), ("rate_limit", None, 450), ("auth_expired", None, 530)]
)
async def test_faults_are_worded_as_a_mail_server_words_them(post: Post, kind: str, value: float | None, code: int) -> None:
    post.fail(kind, value)
    with pytest.raises(aiosmtplib.SMTPResponseException) as refused:
        await post.send()
    assert refused.value.code == code
    assert post.letters() == []
    await post.send()
    assert len(post.letters()) == 1


async def test_a_dropped_letter_has_not_arrived_and_one_answered_late_has(post: Post) -> None:
    post.fail("drop")
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await post.send()
    assert post.letters() == []
    post.fail("late_answer", 5)
    with pytest.raises(aiosmtplib.SMTPTimeoutError):
        await post.send(timeout=0.2)
    assert len(post.letters()) == 1


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Content-Type: text/html; charset=utf-8\r\n\r\n<style>p{}</style><p>Код&nbsp;<b>1234</b></p>", "Код\n1234"),
        ("Content-Type: text/plain; charset=martian\r\n\r\nпривет", "привет"),
        ("Content-Type: multipart/alternative; boundary=x\r\n\r\nno parts", ""),
        ("", ""),
    ],
)
def test_odd_letters_are_read_as_well_as_they_can_be(content: str, text: str) -> None:
    assert read(content.encode()).text == text

"""The SMTP server on its port: takes what a real one takes, refuses what a real one refuses, fails as it is told to."""

from __future__ import annotations

import asyncio
import logging
import secrets
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from sandbox.inbox import Letter
from sandbox.mail.wire.letters import read
from sandbox.paying.shops import demo_key
from sandbox.system import Sandbox
from sandbox.texting.texts import code_in

ID: Final = "mail"
USER: Final = "school-hub"
LARGEST: Final = 2**20
MOST_RECIPIENTS: Final = 100
SILENCE_S: Final = 30.0
NO_SUCH: Final = "550 5.1.1 No such recipient here"
REFUSED_DOMAINS: Final = {
    "unknown.example": NO_SUCH,
    "later.example": "451 4.7.1 Greylisted, try again later",
    "full.example": "452 4.2.2 Mailbox is full",
}
"""Domains whose mail never arrives, each in its own way."""


@dataclass(slots=True)
class Door:
    """What the server asks of us. The names are aiosmtpd's."""

    sandbox: Sandbox
    open: set[asyncio.BaseTransport] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,  # noqa: ARG002 - its shape
        session: Session,  # noqa: ARG002 - as above
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],  # noqa: ARG002 - as above
    ) -> str:
        domain = address.rpartition("@")[2].lower()
        if "@" not in address or not domain:
            return NO_SUCH
        if domain in REFUSED_DOMAINS:
            return REFUSED_DOMAINS[domain]
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802 - its shape and name
        """Each recipient's letter is one of the inbox. A letter that a fault refuses has not arrived, one that it answers late has."""
        domain = envelope.rcpt_tos[0].rpartition("@")[2].lower()
        late = 0.0
        for fault in self.sandbox.faults.hit(ID, f"/{ID}/{domain}"):
            if fault.kind == "latency":
                await asyncio.sleep(float(fault.value or 1))
            elif fault.kind == "late_answer":
                late = float(fault.value or 1)
            elif fault.kind == "drop":
                if server.transport is not None:
                    server.transport.abort()  # type: ignore[attr-defined]  # a socket's; the base class does not name it
                return "421 4.3.2 Closing"
            else:
                return _failure(fault.kind, fault.value)
        self._keep(envelope)
        if late:
            await asyncio.sleep(late)
        return f"250 2.0.0 OK: queued as {secrets.token_hex(8)}"

    def _keep(self, envelope: Envelope) -> None:
        found = read(envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode())
        more = {"from": found.sender or envelope.mail_from or ""} | ({"unsubscribe": found.unsubscribe} if found.unsubscribe else {})
        for to in envelope.rcpt_tos:
            self.sandbox.inbox.put(
                Letter(
                    kind="mail",
                    system=ID,
                    to=to,
                    text=found.text,
                    at=self.sandbox.clock.now(),
                    code=code_in(found.text) or code_in(found.subject),
                    subject=found.subject,
                    more=more,
                )
            )


def _failure(kind: str, value: object) -> str:
    """The town's faults in a mail server's words; 4xx may be tried again, 5xx may not."""
    if kind == "rate_limit":
        return "450 4.7.1 Too many letters, try again later"
    if kind == "auth_expired":
        return "530 5.7.0 Authentication required"
    if kind in ("status", "error") and str(value).isdecimal() and 400 <= int(str(value)) <= 599:
        code = int(str(value))
        return f"{code} {code // 100}.3.0 A failure switched on in the sandbox"
    return "not an answer at all" if kind == "garbage" else "451 4.3.0 A failure switched on in the sandbox"


def password() -> str:
    return demo_key(ID)


def known(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object) -> AuthResult:  # noqa: ARG001 - its shape
    """Nobody must sign in; whoever does, does it with the demo's name and password."""
    right = isinstance(given, LoginPassword) and given.login == USER.encode()
    right = right and isinstance(given, LoginPassword) and secrets.compare_digest(given.password, password().encode())
    return AuthResult(success=right, handled=False)


class MailSink:
    """The listening side; `port` is 0 while there is none."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._door = Door(sandbox)
        self._servers: list[asyncio.Server] = []
        self.port = 0
        self.starttls = False

    async def open(self, listeners: Sequence[socket.socket], context: ssl.SSLContext | None = None) -> None:
        logging.getLogger("mail.log").setLevel(logging.ERROR)  # it warns of its own future
        loop = asyncio.get_running_loop()
        for listener in listeners:
            self._servers.append(await loop.create_server(lambda: self._protocol(loop, context), sock=listener))
            self.port = int(listener.getsockname()[1])
        self.starttls = context is not None

    def _protocol(self, loop: asyncio.AbstractEventLoop, context: ssl.SSLContext | None) -> _Connection:
        return _Connection(
            self._door,
            loop=loop,
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            hostname="sandbox.localhost",
            ident="School Hub sandbox",
            timeout=SILENCE_S,
            tls_context=context,
            auth_require_tls=False,
            authenticator=known,
        )

    async def close(self) -> None:
        """At once: a letter whose answer was not sent is the sender's to send again."""
        for server in self._servers:
            server.close()
        for transport in list(self._door.open):
            transport.close()
        self._servers.clear()
        self.port = 0


class _Connection(SMTP):
    """Remembered while it lasts, so that a stop need not wait for whoever holds it."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._own = transport
        self.event_handler.open.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.open.discard(self._own)
        super().connection_lost(error)

"""How a letter is handed to the mail server: one connection a letter, within a deadline, in TLS unless the server is this machine's."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import parseaddr
from urllib.parse import urlsplit

import aiosmtplib

from connectors.kit.calls import Breaker
from connectors.kit.channel import DELIVER_WITHIN_S, Delivered, Delivery, NoticeChannel, NotSent
from connectors.kit.config import BadSetting, ConnectorConfig, Equipment
from connectors.kit.errors import ConnectorError, Drifted, RateLimited, TimedOut, Unavailable
from connectors.kit.guard import is_loopback
from connectors.kit.health import SystemHealth
from connectors.kit.manifest import Manifest
from connectors.kit.notice import TextState
from connectors.notices.email import errors, mapping
from connectors.notices.email.manifest import DEMO_FROM, MANIFEST

(PREFIX,) = MANIFEST.instances[0].prefixes
PORTS = {"smtp": 587, "smtps": 465}
QUIT_WITHIN_S = 2.0


class Email:
    """One mail server. It takes no mark against repeats: a letter sent twice has one Message-ID, which some readers notice."""

    manifest: Manifest = MANIFEST
    name = "email"
    sends_once = False

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self._system = config.instance
        self._address = urlsplit(config.base_urls[PREFIX])
        self._sender = config.options.get("FROM", DEMO_FROM)
        self._user, self._password = config.options.get("USER"), config.options.get("PASSWORD")
        try:
            self._from = mapping.box(self._system, parseaddr(self._sender)[1])
        except ConnectorError as error:
            raise BadSetting("FROM", "must be «Name <box@domain>»") from error
        if not self._sender.isprintable():
            raise BadSetting("FROM", "must be one line")
        self._now = equipment.now
        self._health = equipment.health or SystemHealth(self._system)
        self._gate = asyncio.Semaphore(MANIFEST.parallel_calls)
        self.breaker = Breaker(self._system)

    async def send(self, delivery: Delivery) -> Delivered:
        letter = mapping.letter(self._system, self._sender, delivery, now=self._now())
        to = mapping.box(self._system, delivery.to.reveal())
        body = letter.as_bytes()
        async with self._judged() as stage:
            server = self._server()
            try:
                await server.connect()
                await server.mail(self._from)
                await server.rcpt(to)
                stage.append("data")
                reply = await server.data(body)
            finally:
                await self._leave(server)
        return Delivered(outside_id=letter["Message-ID"][1:-1], state=TextState.SENT, word=str(reply.code))

    def _server(self) -> aiosmtplib.SMTP:
        host, scheme = self._address.hostname or "", self._address.scheme
        local = host == "localhost" or is_loopback(host)
        return aiosmtplib.SMTP(
            hostname=host,
            port=self._address.port or PORTS[scheme],
            use_tls=scheme == "smtps",
            # A server of this machine is met in the demo only; any other one speaks TLS before it hears a password or an address.
            start_tls=scheme == "smtp" and not local,
            username=self._user,
            password=self._password,
            timeout=DELIVER_WITHIN_S,
        )

    @asynccontextmanager
    async def _judged(self) -> AsyncIterator[list[str]]:
        """One try under the deadline and the breaker. After `data` was begun nobody knows what became of the letter."""
        stage: list[str] = []
        probe = self.breaker.admit()
        started, told, over = time.monotonic(), None, False
        try:
            async with asyncio.timeout(DELIVER_WITHIN_S), self._gate:
                stage.append("begun")
                yield stage
            over = True
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
            told = _of(self._system, error, unsure="data" in stage) if stage else _busy(self._system)
            raise told from error
        finally:
            if over or told is not None:
                self._note(told, time.monotonic() - started, probe=probe)
            else:
                self.breaker.release(probe=probe)  # given up from outside: no word about the server

    def _note(self, told: ConnectorError | None, took_s: float, *, probe: bool) -> None:
        self._health.called(told.code if isinstance(told, Unavailable | TimedOut | RateLimited) else None, took_s)
        if isinstance(told, Unavailable | TimedOut):
            self.breaker.failure(probe=probe)
        else:
            self.breaker.success()

    async def _leave(self, server: aiosmtplib.SMTP) -> None:
        """A letter that was taken stays taken, whatever the goodbye is like."""
        try:
            if server.is_connected:
                await server.quit(timeout=QUIT_WITHIN_S)
        except (aiosmtplib.SMTPException, OSError):
            pass
        finally:
            server.close()


def _busy(system: str) -> ConnectorError:
    """All connections were taken by other letters until the end of the time: no word about the server."""
    return RateLimited(system, "too many letters at once", after_s=5.0, text=errors.OURS)


def _of(system: str, error: Exception, *, unsure: bool) -> ConnectorError:
    if isinstance(error, aiosmtplib.SMTPResponseException) and error.code > 0:
        return errors.of_reply(system, error.code, error.message)
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return errors.of_reply(system, error.recipients[0].code, error.recipients[0].message)
    if isinstance(error, ValueError):
        return Drifted(system, "reply", type(error).__name__)
    if not unsure:
        return NotSent(system, type(error).__name__, text=errors.OURS)
    if isinstance(error, TimeoutError | aiosmtplib.SMTPTimeoutError):
        return TimedOut(system, type(error).__name__, text=errors.OURS)
    return Unavailable(system, type(error).__name__, text=errors.OURS)


def connect(config: ConnectorConfig, equipment: Equipment) -> NoticeChannel:
    return Email(config, equipment)

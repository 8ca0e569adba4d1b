"""Notices of changes to registered systems: signed as Standard Webhooks, kept until received, never in the way of an answer."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sandbox.my_school.state.registry import Change
from sandbox.outbound import NotLoopback, Outbound, Unanswered

MOSCOW: Final = ZoneInfo("Europe/Moscow")
TRIES: Final = 10
KEPT: Final = 1000
TAMPERS: Final = ("signature", "state", "time")
OTHER_TIME: Final = timedelta(days=-2)


@dataclass(slots=True, kw_only=True)
class Notice:
    """`answers` are the statuses that came back, None where there was no answer."""

    change: Change
    answers: list[int | None] = field(default_factory=list)

    @property
    def received(self) -> bool:
        return any(status is not None and 200 <= status < 300 for status in self.answers)


@dataclass(slots=True, kw_only=True)
class Subscription:
    url: str
    secret: str
    notices: deque[Notice] = field(default_factory=lambda: deque(maxlen=KEPT))


class Notices:
    """Subscriptions by client; they outlive a reset, their notices do not."""

    def __init__(self, outbound: Outbound, now: Callable[[], datetime]) -> None:
        self._outbound = outbound
        self._now = now
        self._sending: dict[str, asyncio.Task[None]] = {}
        self.subscriptions: dict[str, Subscription] = {}

    def reset(self) -> None:
        for subscription in self.subscriptions.values():
            subscription.notices.clear()

    def subscribe(self, client: str, url: str) -> Subscription:
        secret = f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
        self.subscriptions[client] = Subscription(url=url, secret=secret)
        return self.subscriptions[client]

    def put(self, client: str, change: Change) -> None:
        subscription = self.subscriptions.get(client)
        if subscription is None:
            return
        subscription.notices.append(Notice(change=change))
        running = self._sending.get(client)
        if running is None or running.done():
            self._sending[client] = asyncio.get_running_loop().create_task(self._send_waiting(subscription))

    async def settled(self) -> None:
        """Waits for whatever is under way."""
        await asyncio.gather(*(task for task in self._sending.values() if not task.done()))

    async def _send_waiting(self, subscription: Subscription) -> None:
        """Oldest first; the first that is not received stops the rest until the next change."""
        while True:
            waiting = next((it for it in subscription.notices if not it.received and len(it.answers) < TRIES), None)
            if waiting is None:
                return
            await self.send(subscription, waiting)
            if not waiting.received:
                return

    async def send(self, subscription: Subscription, notice: Notice, tamper: str | None = None) -> int | None:
        """One try, as it is or spoilt; the answer's status."""
        body, headers = signed(subscription.secret, notice.change, self._now(), tamper)
        try:
            found = await self._outbound.send("POST", subscription.url, headers=headers, content=body)
        except (NotLoopback, Unanswered):
            status = None
        else:
            status = found.status
        if tamper is None:
            notice.answers.append(status)
        return status


def told(change: Change) -> dict[str, Any]:
    """The notice's body: nothing about people."""
    return {
        "type": "bundle.changed",
        "seq": str(change.seq),
        "bundle": change.bundle,
        "version": change.version,
        "state": change.state,
        "at": change.at.astimezone(MOSCOW).isoformat(timespec="seconds"),
    }


def signed(secret: str, change: Change, now: datetime, tamper: str | None = None) -> tuple[bytes, dict[str, str]]:
    """Body and headers; `tamper` spoils what a receiver has to check, or says what is not so."""
    body = told(change) | ({"state": "complete"} if tamper == "state" else {})
    text = json.dumps(body, ensure_ascii=False).encode()
    stamp = str(int((now + OTHER_TIME if tamper == "time" else now).timestamp()))
    name = f"chg_{change.seq}"
    key = secrets.token_bytes(32) if tamper == "signature" else base64.b64decode(secret.removeprefix("whsec_"))
    seal = base64.b64encode(hmac.new(key, f"{name}.{stamp}.".encode() + text, hashlib.sha256).digest()).decode()
    headers = {"webhook-id": name, "webhook-timestamp": stamp, "webhook-signature": f"v1,{seal}", "Content-Type": "application/json"}
    return text, headers

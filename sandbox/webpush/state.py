"""Browsers that subscribed, and what is on its way to them."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from sandbox.asked import Refused
from sandbox.webpush.wire.payload import Receiver

MOST: Final = 1000
MOST_WAITING: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One message; `text` is None where the receiver could not read it."""

    id: str
    at: datetime
    until: datetime
    text: str | None
    urgency: str = "normal"
    topic: str = ""


@dataclass(slots=True, kw_only=True)
class Subscription:
    """`sender_key` is the only one that may send here, where the browser named one. While it is not `online`, pushes wait for it."""

    id: str
    receiver: Receiver = field(repr=False)
    sender_key: bytes | None = None
    online: bool = True
    gone: bool = False
    waiting: list[Push] = field(default_factory=list)


class Subscriptions:
    """`arrived` is called once for each push that reaches its browser. A reset ends them all."""

    def __init__(self, now: Callable[[], datetime], arrived: Callable[[Subscription, Push], None]) -> None:
        self._now, self._arrived = now, arrived
        self.all: dict[str, Subscription] = {}

    def reset(self) -> None:
        self.all.clear()

    def open(self, sender_key: bytes | None) -> Subscription:
        if len(self.all) >= MOST:
            del self.all[next(iter(self.all))]
        receiver = Receiver(key=ec.generate_private_key(ec.SECP256R1()), auth=os.urandom(16))
        made = Subscription(id=secrets.token_urlsafe(24), receiver=receiver, sender_key=sender_key)
        self.all[made.id] = made
        return made

    def one(self, id_: str) -> Subscription:
        if id_ not in self.all:
            raise Refused("Такой подписки нет: POST /_sandbox/webpush/subscriptions", 404)
        return self.all[id_]

    def take(self, to: Subscription, text: str | None, *, ttl: int, urgency: str, topic: str) -> Push:
        """At once to a browser that is online; else kept for its time, and the newest of a topic only."""
        now = self._now()
        made = Push(id=secrets.token_urlsafe(12), at=now, until=now + timedelta(seconds=ttl), text=text, urgency=urgency, topic=topic)
        if to.online:
            self._arrived(to, made)
        elif ttl:
            to.waiting = [one for one in to.waiting if not topic or one.topic != topic][-MOST_WAITING + 1 :]
            to.waiting.append(made)
        return made

    def turn(self, one: Subscription, *, online: bool) -> None:
        one.online = online
        if online:
            waiting, one.waiting = one.waiting, []
            for push in waiting:
                if push.until >= self._now():
                    self._arrived(one, push)

    def recall(self, push_id: str) -> bool:
        """A push that has not arrived yet."""
        for one in self.all.values():
            left = [push for push in one.waiting if push.id != push_id]
            if len(left) < len(one.waiting):
                one.waiting = left
                return True
        return False

"""A way to reach a person: what the hub asks of e-mail, web push, MAX and VK; neither the address nor the text ever goes into a log."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from connectors.kit.calls.breaker import Paused
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.manifest import Manifest
from connectors.kit.notice import TextState
from connectors.kit.secret import Secret

DELIVER_WITHIN_S = 15.0
LONGEST_ID = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to one person. `id` was stored before the first try and names it for ever: up to 64 letters, digits, `-` and `_`;
    the channel makes its own mark against repeats of it. `to` is the address as the channel writes it (`hub.store.reach`).

    `event` is by what the hub's page finds what happened: the only thing that a push carries (RULES F4). `link` is the page's whole
    address, `unsubscribe` one that takes a single POST without a sign-in (RFC 8058). Of one `topic` (up to 32 letters, digits, `-` and
    `_`) the later replaces the earlier that was not shown yet, where the channel can. After `expires_at` nobody needs it."""

    id: str
    event: str
    to: Secret
    title: str = field(repr=False)
    text: Secret
    expires_at: datetime
    link: str = field(default="", repr=False)
    unsubscribe: str = field(default="", repr=False)
    urgent: bool = False
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """As the channel holds it: `outside_id` is its own, empty where it gives none; `word` its own word or number for the state."""

    outside_id: str
    state: TextState
    word: str = ""


class Gone(NotFound):
    """The address is dead for ever: a push subscription that ended, a box that does not exist, a person who wants no messages there.
    Its row is taken away, and it is not asked again."""


class NotSent(Unavailable):
    """The system cannot be reached, and it is sure that it has nothing of the message."""


@runtime_checkable
class NoticeChannel(Protocol):
    """A way to reach people. Errors: the eight. `Gone`: this address is dead; `Rejected`: this message will never go, `reason` says why;
    `AuthExpired`, `AccessDenied`: the system sends nothing for us now, an operator has to look.

    `send` is asked once and not repeated by the connector unless that is harmless. `nothing_sent` says of an error whether another way
    may be tried without a doubt; after any other one the message may have arrived, and is sent again only where `sends_once`.

    No channel tells later what became of a message; a push is known to be shown when the browser asks the hub for its event."""

    manifest: Manifest
    name: str
    """The word of the settings: `email`, `push`, `max`, `vk`."""
    sends_once: bool
    """A message sent twice with one id arrives once, or the second takes the place of the first."""

    async def send(self, delivery: Delivery) -> Delivered: ...


@runtime_checkable
class PushChannel(NoticeChannel, Protocol):
    """Pushes to browsers. An address is the JSON text `{"endpoint", "p256dh", "auth"}` as the browser told it."""

    @property
    def application_key(self) -> str:
        """What a browser subscribes with: our public key, base64url."""
        ...

    def accepts(self, endpoint: str, p256dh: str, auth: str) -> bool:
        """Whether such a subscription may be written to: a known push service, https, keys that are keys."""
        ...


@runtime_checkable
class TalkChannel(NoticeChannel, Protocol):
    """A messenger, whose account writes only to people who opened a talk with it."""

    async def opens_at(self) -> str:
        """The https address where a person opens the talk."""
        ...


def nothing_sent(error: ConnectorError) -> bool:
    """Whether it is sure that nobody got the message."""
    return isinstance(error, NotSent | Paused | RateLimited | AuthExpired | AccessDenied | NotFound | Rejected)

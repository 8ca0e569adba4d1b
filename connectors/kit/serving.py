"""What the hub serves of a child to another system that asks for it: neutral records, and who turns them into a document's bytes."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from connectors.kit.class_chat import BotEvent
from connectors.kit.manifest import Kind
from connectors.kit.registry import manifests, packages
from connectors.kit.secret import Secret


class BadRequest(ValueError):
    """The request is not what the document allows; the text says why, in Russian, and names nothing of the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleAsked:
    """Whose schedule, and for which days, both included; without days the server's own default."""

    subject: str
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedScore:
    """A mark as text; `second` is the other half of a double one. `system` is the scale's word in the records."""

    value: str
    second: str = ""
    weight: str = ""
    code: str = ""
    system: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedLesson:
    """`start` and `end` carry the school's own offset. `instead_of` is the subject that stood here first."""

    id: str
    subject: str
    start: datetime
    end: datetime
    instead_of: str = ""
    topic: str = ""
    homework: str = ""
    room: str = ""
    note: str = ""
    attendance: str = ""
    scores: tuple[ServedScore, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedSchool:
    """`group` is the class as the school writes it; `start` and `end` the days that were asked for."""

    id: str
    name: str
    url: str
    group: str
    start: date
    end: date
    lessons: tuple[ServedLesson, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedSchedule:
    subject: str
    updated_at: datetime
    schools: tuple[ServedSchool, ...]


class ScheduleServer(Protocol):
    """A connector's `server` module: pure, request bytes to a record and record to answer bytes (ARCHITECTURE 1.3)."""

    def asked(self, subject: str, query: bytes) -> ScheduleAsked:
        """Raises `BadRequest`."""
        ...

    def answer(self, served: ServedSchedule) -> bytes: ...

    def unchanging(self, served: ServedSchedule) -> bytes:
        """What an ETag is taken of."""
        ...

    def outcome(self, code: str, details: str, *, id: str) -> bytes: ...


class BotServer(Protocol):
    """A carrier of chats that posts what happened to the hub; pure as well."""

    SECRET_HEADER: str

    def is_genuine(self, given: str, secret: Secret) -> bool:
        """Whether the header holds the secret that the hub subscribed with."""
        ...

    def event(self, body: bytes) -> BotEvent | None:
        """None for what is not for us: answered like the rest. Raises `Drifted`."""
        ...


@cache
def servers() -> Mapping[str, ScheduleServer]:
    """Connector id -> its `server` module, where the hub serves the diary that the connector also reads."""
    diaries = {id_: package for id_, package in packages().items() if manifests()[id_].kind is Kind.DIARY}
    return {id_: cast(ScheduleServer, import_module(f"{package}.server")) for id_, package in diaries.items() if _serves(package)}


@cache
def bot_servers() -> Mapping[str, BotServer]:
    """Carrier -> its `server` module, where bots are told of what happened by a call."""
    chats = {id_: package for id_, package in packages().items() if manifests()[id_].kind is Kind.CHAT}
    return {id_: cast(BotServer, import_module(f"{package}.server")) for id_, package in chats.items() if _serves(package)}


def _serves(package: str) -> bool:
    return any(module.name == "server" for module in pkgutil.iter_modules(import_module(package).__path__))

"""What a story may ask for: settings, storage, keys, the clock, the ports, and what this process remembers."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from connectors.kit.health import HealthBook
from connectors.kit.serving import ScheduleServer, servers
from hub.store.process.lines import LineState
from hub.store.process.memory import Flights, InTurns, Locks, Recent, Snapshots, Tally, Throttle, Together
from hub.store.sessions import Visitor

if TYPE_CHECKING:
    from connectors.kit.calls import Caller
    from connectors.kit.channel import NoticeChannel
    from connectors.kit.class_chat import ClassChatPort
    from connectors.kit.notice import TextGateway
    from connectors.kit.payment import NoticeReader, PaymentPort
    from connectors.kit.ports import DiaryPort, SignInPort
    from connectors.kit.school_joining import SchoolJoiningPort
    from device_ingest.model import Sender, Shown
    from device_ingest.sink import EventBuffer
    from hub.settings import Settings
    from hub.store.database import Database
    from identity.sealing import Keys

SESSION_CACHE_S = 1.0
AUDIT_REPEATS_S = 5.0
SNAPSHOT_S = 1.0
FAILED_CALLBACKS_A_MINUTE = 120
FORCED_READS_A_MINUTE = 60
READ_AGAIN_S = 5.0
OFFICE_CACHE_S = 60.0
OFFICE_ACTS_A_MINUTE = 30
HASHED_AT_ONCE = 3
FGIS_REFUSALS_A_MINUTE = 10
FGIS_READS_A_MINUTE = 600
PAY_NOTICES_A_MINUTE = 600
OPERATOR_TRIES_A_MINUTE = 10
SENDER_CACHE_S = 1.0
CARRIERS_KEPT = 20_000
REPORTS_A_TURN = 256
BATCHES_A_TURN = 4
PAYMENTS_A_TURN = 64
PAYMENTS_WAITING = 1024
REPORTS_WAITING = 4096
CLOCK_REFUSALS_A_MINUTE = 1
POLLS_NOTED_A_MINUTE = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """State of one process that may be lost: caches, locks, shared calls, counters."""

    visitors: Recent[str, Visitor] = field(default_factory=lambda: Recent(ttl_s=SESSION_CACHE_S))
    people: Snapshots = field(default_factory=lambda: Snapshots(ttl_s=SNAPSHOT_S, size=2000))
    # Statements as they were worded, each as good as the last row that it holds; a thousand rows are large, so few are kept.
    statements: Recent[Hashable, tuple[Hashable, Any]] = field(default_factory=lambda: Recent(ttl_s=30.0, size=64))
    diaries: Snapshots = field(default_factory=lambda: Snapshots(ttl_s=SNAPSHOT_S, size=300))
    audited: Tally[tuple[str, str, str]] = field(default_factory=lambda: Tally(every_s=AUDIT_REPEATS_S))
    joins_read: Tally[tuple[str, str, str]] = field(default_factory=lambda: Tally(every_s=AUDIT_REPEATS_S))
    """By officer, child and page: looks at applications to join a school."""
    locks: Locks = field(default_factory=Locks)
    reads: Flights[object, Any] = field(default_factory=lambda: Flights(again_after_s=READ_AGAIN_S))
    starts: Together[Any, Any] = field(default_factory=Together)
    """What the diary questions of one moment need to know before they go out."""
    failed_callbacks: Throttle = field(default_factory=lambda: Throttle(limit=FAILED_CALLBACKS_A_MINUTE))
    forced_reads: Throttle = field(default_factory=lambda: Throttle(limit=FORCED_READS_A_MINUTE))
    budgets: dict[str, Throttle] = field(default_factory=dict)
    offices: Recent[str, bool] = field(default_factory=lambda: Recent(ttl_s=OFFICE_CACHE_S))
    """By person: whether the menu shows the way to the office."""
    office_acts: Throttle = field(default_factory=lambda: Throttle(limit=OFFICE_ACTS_A_MINUTE))
    payments: InTurns[Any, Any] = field(default_factory=lambda: InTurns(most=PAYMENTS_A_TURN, capacity=PAYMENTS_WAITING))
    """Payments of terminals on their way to the ledger."""
    reports: InTurns[Any, Any] = field(default_factory=lambda: InTurns(most=REPORTS_A_TURN, capacity=REPORTS_WAITING, abreast=2))
    """Small messages of devices on their way to the log."""
    batches: InTurns[Any, Any] = field(default_factory=lambda: InTurns(most=BATCHES_A_TURN, capacity=REPORTS_WAITING, abreast=2))
    """Large ones."""
    one_part: asyncio.Lock = field(default_factory=asyncio.Lock)
    one_read: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Of what is done in parts to let small messages through, one part at a time is written, one message at a time is read."""
    carriers: dict[tuple[str, str], Shown] = field(default_factory=dict)
    """Numbers that readers showed lately, under their keyed indexes."""
    grown: dict[str, tuple[int, datetime | None]] = field(default_factory=dict)
    """When children come of age, by the last change of their records; for whoever decides about thousands at once."""
    senders: Recent[str, Sender] = field(default_factory=lambda: Recent(ttl_s=SENDER_CACHE_S))
    """Devices by what they call themselves; a revoked one is heard for a second more at most."""
    clock_refusals: Throttle = field(default_factory=lambda: Throttle(limit=CLOCK_REFUSALS_A_MINUTE))
    """By device: refusals for its clock that are written down."""
    mqtt: LineState = field(default_factory=LineState)
    """How this process fares with the MQTT broker."""
    polls_noted: Throttle = field(default_factory=lambda: Throttle(limit=POLLS_NOTED_A_MINUTE))
    """By terminal: questions for commands that are written down as a word of it."""
    fgis_refusals: Throttle = field(default_factory=lambda: Throttle(limit=FGIS_REFUSALS_A_MINUTE))
    fgis_reads: Throttle = field(default_factory=lambda: Throttle(limit=FGIS_READS_A_MINUTE))
    streams: Counter[str] = field(default_factory=Counter)
    """Open event streams by person."""
    health: HealthBook = field(default_factory=HealthBook)
    """How the outside systems fare, for the operator's console."""
    waits: dict[str, datetime] = field(default_factory=dict)
    """Systems that said «too many», and until when they are not asked unless a person insists."""
    polled: dict[object, asyncio.Task[None]] = field(default_factory=dict)
    """Background reads under way."""
    pay_notices: Throttle = field(default_factory=lambda: Throttle(limit=PAY_NOTICES_A_MINUTE))
    """By acquirer: notices that are followed at once; the worker asks by itself too."""
    operator_tries: Throttle = field(default_factory=lambda: Throttle(limit=OPERATOR_TRIES_A_MINUTE))
    process: str = field(default_factory=lambda: f"{os.getpid()}-{secrets.token_hex(4)}")
    """By this name several processes' figures lie side by side."""
    hashing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(HASHED_AT_ONCE))
    """Passwords hashed at once: each takes 32 MiB and a tenth of a second of a core."""


async def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """Built by `hub.wiring`, by tests with their own ports. `sign_ins` and `diaries` go by instance name (`system` in JSON)."""

    settings: Settings
    db: Database
    keys: Keys
    now: Callable[[], datetime]
    sign_ins: Mapping[str, SignInPort] = field(default_factory=dict)
    diaries: Mapping[str, DiaryPort] = field(default_factory=dict)
    joining: Mapping[str, SchoolJoiningPort] = field(default_factory=dict)
    """Where a family joins a school; empty when no such system is configured: then the hub's own office decides."""
    chats: Mapping[str, ClassChatPort] = field(default_factory=dict)
    """By carrier: the instance's name, or `invite_link`."""
    payments: Mapping[str, PaymentPort] = field(default_factory=dict)
    payment_notices: Mapping[str, NoticeReader] = field(default_factory=dict)
    """By acquirer, as `payments`: who reads what it tells us."""
    texts: Mapping[str, TextGateway] = field(default_factory=dict)
    """By gateway, in the order in which they are tried."""
    channels: Mapping[str, NoticeChannel] = field(default_factory=dict)
    """By the settings' word (`push`, `max`, `vk`, `email`): the free ways to reach a person that are configured."""
    callers: Mapping[str, Caller] = field(default_factory=dict)
    servers: Mapping[str, ScheduleServer] = field(default_factory=servers)
    """By connector id: contracts that the hub serves as well as reads."""
    memory: Memory = field(default_factory=Memory)
    buffer: EventBuffer | None = None
    """In front of the database for what devices report; None where the database alone takes it."""
    checks: Mapping[str, Callable[[], Awaitable[str]]] = field(default_factory=dict)
    """For readyz, by name: an empty answer when all is well, else what is missing, in a few words."""
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    """Holds an answer back for so many seconds (RULES A7)."""
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the process is told to stop; every event stream awaits it and ends."""
    start: Callable[[], Awaitable[None]] = _nothing
    close: Callable[[], Awaitable[None]] = _nothing

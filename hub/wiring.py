"""The composition root: the only place that builds clients, stores and the clock."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

import device_ingest.store
import hub.ledger.store
import identity.store
from connectors.kit import registry
from connectors.kit.secret import Secret
from device_ingest.jetstream import JetStream
from device_ingest.sink import EventBuffer
from hub import regions, telemetry
from hub.deps import Deps, Memory
from hub.settings import Settings, SettingsError
from hub.store.database import Database, StorageError, schema
from hub.store.database import tables as hub_tables
from hub.store.database.tables import Table
from hub.store.fields import SealedColumn, a_sealed_value
from hub.store.process import steady_keys
from hub.store.school.carriers import NUMBER
from identity.errors import MalformedKey
from identity.sealing import Keys, master_bytes

Clock = Callable[[], datetime]


def real_clock() -> datetime:
    return datetime.now(UTC)


def tables() -> tuple[Table, ...]:
    """The models that the hub's database holds: its own, identity's and the devices'."""
    return (*identity.store.TABLES, *hub_tables.tables(), *hub.ledger.store.TABLES, *device_ingest.store.TABLES)


def sealed() -> tuple[SealedColumn, ...]:
    """Every sealed column, for `hub keys rotate`."""
    return (*identity.store.SEALED, *hub_tables.sealed(), *hub.ledger.store.SEALED)


def keys_of(settings: Settings) -> Keys:
    """The keys of the master key. A text that is not base64url is taken as it is: it is long enough, the settings have seen to that."""
    try:
        return Keys.from_master(_master(settings.master_key), [_master(old) for old in settings.master_keys_old])
    except MalformedKey as error:
        raise SettingsError((f"HUB_MASTER_KEY: {error}",)) from error


def _master(key: Secret) -> str:
    text = key.reveal()
    try:
        master_bytes(text)
    except MalformedKey:
        return base64.urlsafe_b64encode(text.encode()).decode()
    return text


def open_database(settings: Settings) -> Database:
    """The bound database, at this release's schema: the demo migrates by itself, elsewhere pending migrations stop the start."""
    database = Database(settings.database)
    database.bind(tables())
    if settings.demo:
        schema.migrate(database, "demo")
    else:
        schema.check(database, "real")
    return database


def _fitting(keys: Keys, database: Database) -> Keys:
    """The keys, if they are this database's: with others every person would be unreadable and a stranger at the next sign-in."""
    sample = database.read_sync(lambda: a_sealed_value(sealed()))
    if sample is not None and not keys.knows(sample):
        raise SettingsError(("HUB_MASTER_KEY: the database was sealed with another key; give that one, or name it in HUB_MASTER_KEYS_OLD",))
    return keys


def steadied(keys: Keys, database: Database) -> Keys:
    """With the key that carriers are indexed by; it is made where there is none yet."""
    found = database.read_sync(lambda: steady_keys.kept(keys, NUMBER))
    if found is None:
        database.write_sync(lambda: steady_keys.keep(keys, NUMBER, keys.first_index_key))
        found = database.read_sync(lambda: steady_keys.kept(keys, NUMBER))
    return keys if found is None else keys.with_steady(NUMBER, found)


def build(
    settings: Settings,
    database: Database,
    *,
    now: Clock = real_clock,
    transport: registry.TransportOf = lambda prefix: None,
) -> Deps:
    """What the stories work with. Whoever serves it runs `start` before the first request and `close` after the last."""
    keys = steadied(_fitting(keys_of(settings), database), database)
    regions.registry()  # read now, so that a wrong row stops the start and no page
    memory = Memory()
    try:
        connected = registry.connect(settings.connectors.values(), now=now, transport=transport, health=memory.health)
    except ValueError as error:
        raise SettingsError((str(error),)) from error

    buffer = JetStream(settings.nats_servers, replicas=settings.nats_replicas) if settings.nats_servers else None

    async def start() -> None:
        if buffer is not None:
            await buffer.start()

    async def close() -> None:
        await connected.close()
        if buffer is not None:
            await buffer.close()
        await database.close()

    telemetry.WAITING.set_function(lambda: database.waiting)
    return Deps(
        settings=settings,
        db=database,
        keys=keys,
        now=now,
        sign_ins=connected.sign_ins,
        diaries=connected.diaries,
        joining=connected.joining,
        chats=connected.chats,
        payments=connected.payments,
        payment_notices=connected.payment_notices,
        texts=connected.texts,
        channels=connected.channels,
        callers=connected.callers,
        memory=memory,
        buffer=buffer,
        checks=_checks(database, buffer),
        start=start,
        close=close,
    )


def _checks(database: Database, buffer: EventBuffer | None) -> Mapping[str, Callable[[], Awaitable[str]]]:
    async def database_answers() -> str:
        try:
            names = await database.read(lambda: schema.applied(database))
        except StorageError as error:
            return str(error)
        return "" if names == schema.wanted() else "есть непринятые миграции"

    async def buffer_takes() -> str:
        return "" if buffer is None else buffer.trouble()

    return {"database": database_answers, "nats": buffer_takes} if buffer else {"database": database_answers}

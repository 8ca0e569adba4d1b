"""Browser flows under way: what must be remembered between leaving for a provider and coming back, once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
import peewee

from hub.store.fields import InstantField, SealedColumn, delete_ids, insert, rows, to_micros
from identity.sealing import Keys
from identity.store.rows import marks

LIFE = timedelta(minutes=10)


class FlowRecord(peewee.Model):
    """State and browser binding are kept as keyed hashes, the verifier and nonce (`keep`) sealed."""

    id = peewee.TextField(primary_key=True)
    state_hash = peewee.TextField(unique=True)
    browser_hash = peewee.TextField()
    system = peewee.TextField()
    intent = peewee.TextField(null=True)
    session = peewee.TextField(null=True)
    keep = peewee.TextField()
    redirect_uri = peewee.TextField()
    next_path = peewee.TextField()
    created_at = InstantField()
    expires_at = InstantField(index=True)
    used_at = InstantField(null=True)

    class Meta:
        table_name = "flow_record"


TABLES = (FlowRecord,)
SEALED: tuple[SealedColumn, ...] = (SealedColumn(FlowRecord, "keep"),)


class Wrong(StrEnum):
    """Why a return is not accepted."""

    UNKNOWN = "unknown"
    FOREIGN = "foreign"
    USED = "used"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One flow, taken for its single use."""

    id: str
    system: str
    intent: str | None
    session: str | None
    keep: Mapping[str, str]
    redirect_uri: str
    next_path: str


def remember(
    keys: Keys,
    *,
    state: str,
    browser: str,
    system: str,
    keep: Mapping[str, str],
    redirect_uri: str,
    next_path: str,
    now: datetime,
    intent: str | None = None,
    session: str | None = None,
) -> str:
    id_ = secrets.token_urlsafe(12)
    insert(
        FlowRecord,
        id=id_,
        state_hash=keys.code_hash(state),
        browser_hash=keys.code_hash(browser),
        system=system,
        intent=intent,
        session=session,
        keep=keys.seal("flow_record", "keep", id_, msgspec.json.encode(dict(keep)).decode()),
        redirect_uri=redirect_uri,
        next_path=next_path,
        created_at=now,
        expires_at=now + LIFE,
    )
    return id_


def take(keys: Keys, *, state: str, browser: str, system: str, now: datetime) -> Flow | Wrong:
    """Uses the flow up by one conditional update. A foreign browser's try does not spend the owner's flow."""
    states, browsers = keys.code_hashes(state), keys.code_hashes(browser)
    sql = (
        f"UPDATE flow_record SET used_at = ? WHERE state_hash IN ({marks(states)}) AND system = ?"  # noqa: S608 - only question marks
        f" AND browser_hash IN ({marks(browsers)}) AND used_at IS NULL AND expires_at > ?"
        " RETURNING id, intent, session, keep, redirect_uri, next_path"
    )
    instant = to_micros(now)
    for id_, intent, session, keep, redirect_uri, next_path in rows(FlowRecord, sql, (instant, *states, system, *browsers, instant)):
        return Flow(
            id=id_,
            system=system,
            intent=intent,
            session=session,
            keep=msgspec.json.decode(keys.open("flow_record", "keep", id_, keep), type=dict[str, str]),
            redirect_uri=redirect_uri,
            next_path=next_path,
        )
    return _why(keys, state=state, browser=browser, system=system)


def _why(keys: Keys, *, state: str, browser: str, system: str) -> Wrong:
    record = FlowRecord.get_or_none(FlowRecord.state_hash.in_(keys.code_hashes(state)), FlowRecord.system == system)
    if record is None:
        return Wrong.UNKNOWN
    if record.browser_hash not in keys.code_hashes(browser):
        return Wrong.FOREIGN
    return Wrong.USED if record.used_at is not None else Wrong.EXPIRED


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    """Deletes flows that lapsed an hour ago (until then a replay is told from an unknown state)."""
    return delete_ids(FlowRecord, "SELECT id FROM flow_record WHERE expires_at < ? LIMIT ?", (to_micros(now - timedelta(hours=1)), limit))

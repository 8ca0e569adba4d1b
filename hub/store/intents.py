"""Stored intents: who wants to connect which outside account to whom, and what became of it (RULES A9)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import peewee

from hub.store.fields import InstantField, SealedColumn, delete_ids, to_micros

LIFE = timedelta(minutes=30)
KEPT = timedelta(days=30)


class IntentState(StrEnum):
    STARTED = "started"
    ACTIVE = "active"
    REVIEW = "review"
    REFUSED = "refused"
    FAILED = "failed"
    EXPIRED = "expired"


class LinkIntent(peewee.Model):
    """`initiator` asked, `person` is whose account it will be."""

    id = peewee.TextField(primary_key=True)
    system = peewee.TextField()
    initiator = peewee.TextField(index=True)
    session = peewee.TextField()
    person = peewee.TextField()
    role = peewee.TextField()
    state = peewee.TextField()
    reason = peewee.TextField(null=True)
    link = peewee.TextField(null=True)
    created_at = InstantField()
    expires_at = InstantField(index=True)

    class Meta:
        table_name = "link_intent"


TABLES = (LinkIntent,)
SEALED: tuple[SealedColumn, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    id: str
    system: str
    initiator: str
    session: str
    person: str
    role: str
    state: IntentState
    reason: str | None
    link: str | None


def add(*, system: str, initiator: str, session: str, person: str, role: str, now: datetime) -> str:
    id_ = secrets.token_urlsafe(12)
    LinkIntent.create(
        id=id_,
        system=system,
        initiator=initiator,
        session=session,
        person=person,
        role=role,
        state=IntentState.STARTED.value,
        created_at=now,
        expires_at=now + LIFE,
    )
    return id_


def find(id_: str, *, now: datetime) -> Intent | None:
    row = LinkIntent.get_or_none(LinkIntent.id == id_)
    if row is None:
        return None
    state = IntentState(row.state)
    if state is IntentState.STARTED and row.expires_at <= now:
        state = IntentState.EXPIRED
    return Intent(
        id=row.id,
        system=row.system,
        initiator=row.initiator,
        session=row.session,
        person=row.person,
        role=row.role,
        state=state,
        reason=row.reason,
        link=row.link,
    )


def settle(id_: str, *, state: IntentState, reason: str | None = None, link: str | None = None) -> bool:
    """Ends a started intent; a second outcome changes nothing."""
    open_ = (LinkIntent.id == id_) & (LinkIntent.state == IntentState.STARTED.value)
    return bool(LinkIntent.update(state=state.value, reason=reason, link=link).where(open_).execute())


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    return delete_ids(LinkIntent, "SELECT id FROM link_intent WHERE expires_at < ? LIMIT ?", (to_micros(now - KEPT), limit))

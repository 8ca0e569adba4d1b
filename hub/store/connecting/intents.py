"""Stored intents: who wants to connect which outside account to whom, and what became of it (RULES A9)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import peewee

from hub.store.fields import InstantField, SealedColumn, changed, delete, delete_ids, from_micros, insert, rows, to_micros

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
    insert(
        LinkIntent,
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
    sql = "SELECT system, initiator, session, person, role, state, reason, link, expires_at FROM link_intent WHERE id = ?"
    for system, initiator, session, person, role, stored, reason, link, expires_at in rows(LinkIntent, sql, (id_,)):
        state = IntentState(stored)
        if state is IntentState.STARTED and from_micros(expires_at) <= now:
            state = IntentState.EXPIRED
        return Intent(
            id=id_, system=system, initiator=initiator, session=session, person=person, role=role, state=state, reason=reason, link=link
        )
    return None


def stopped(initiator: str, *, since: datetime, limit: int = 5) -> Sequence[Intent]:
    """What this person began and what the rules stopped, the latest first."""
    ended = LinkIntent.state.in_([IntentState.REVIEW.value, IntentState.REFUSED.value])
    mine = (LinkIntent.initiator == initiator) & ended & (LinkIntent.created_at > since)
    ids = [
        row.id for row in LinkIntent.select(LinkIntent.id).where(mine).order_by(LinkIntent.created_at.desc(), LinkIntent.id).limit(limit)
    ]
    return [found for found in (find(id_, now=since) for id_ in ids) if found is not None]


def settle(id_: str, *, state: IntentState, reason: str | None = None, link: str | None = None) -> bool:
    """Ends a started intent; a second outcome changes nothing."""
    sql = "UPDATE link_intent SET state = ?, reason = ?, link = ? WHERE id = ? AND state = ?"
    return bool(changed(LinkIntent, sql, (state.value, reason, link, id_, IntentState.STARTED.value)))


def forget(person: str) -> None:
    """Whatever this person wanted to connect (an erasure)."""
    delete(LinkIntent, (LinkIntent.initiator == person) | (LinkIntent.person == person))


def remove_old(*, now: datetime, limit: int = 1000) -> int:
    return delete_ids(LinkIntent, "SELECT id FROM link_intent WHERE expires_at < ? LIMIT ?", (to_micros(now - KEPT), limit))

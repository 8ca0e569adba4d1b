"""Whom a leak touched: the persons whose data somebody read, exported or changed between two times (RULES A18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from identity.model import PersonId
from identity.store.rows import fetch, instant_of, marks, micros
from identity.store.tables import AuditRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """One person of an incident; `actors` are opaque ids, to be named by whoever may."""

    person: PersonId
    reads: int
    exports: int
    changes: int
    first_at: datetime
    last_at: datetime
    actors: tuple[str, ...]


def incident(since: datetime, until: datetime, *, actors: tuple[str, ...] = (), objects: tuple[str, ...] = ()) -> tuple[Touched, ...]:
    """Every person touched from `since` to `until`, both included, by anybody or by these actors only; repeats counted within an
    event count when its span meets the window, so that nobody is missed."""
    where, params = "at <= ? AND last_at >= ?", [micros(until), micros(since)]
    more: list[object] = list(params)
    for column, wanted in (("actor", actors), ("object", objects)):
        if wanted:
            where += f" AND {column} IN ({marks(wanted)})"
            more.extend(wanted)
    sql = f"SELECT subject, kind, count, at, last_at, actor FROM audit_event WHERE {where} ORDER BY subject, at, id"  # noqa: S608 - own names
    found: dict[str, list[tuple[str, int, int, int, str]]] = {}
    for subject, kind, count, at, last_at, actor in fetch(AuditRow, sql, more):
        found.setdefault(subject, []).append((kind, int(count), int(at), int(last_at), actor))
    return tuple(
        Touched(
            person=PersonId(subject),
            reads=sum(count for kind, count, *_ in events if kind == "read"),
            exports=sum(count for kind, count, *_ in events if kind == "export"),
            changes=sum(count for kind, count, *_ in events if kind == "change"),
            first_at=instant_of(min(at for _, _, at, _, _ in events)),
            last_at=instant_of(max(last for *_, last, _ in events)),
            actors=tuple(sorted({actor for *_, actor in events})),
        )
        for subject, events in found.items()
    )

"""Who read or changed what of a child: the log that the family sees (RULES A13)."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.cursors import from_cursor, to_cursor
from hub.flows.log_words import ACTIONS
from hub.flows.refusals import Reason, Refused
from hub.flows.views.people.family import AccessEntry, AccessLogView
from hub.flows.words import title_of
from hub.store.sessions import Visitor
from identity.audit import AccessEntry as Entry
from identity.guardianship import Right
from identity.model import MOSCOW, ActorKind, EventId, Missing, PersonId
from identity.store import access_log, person, view_right

PAGE = 100
_NAMING_A_SYSTEM = frozenset({"link.attached", "link.removed", "link.suspended"})


def words_of(action: str, object_: str, title: str) -> str:
    """What was read or changed, in Russian; an unknown word stays as it is."""
    found = ACTIONS.get(action, action)
    return f"{found}: {title}" if action in _NAMING_A_SYSTEM and object_ else found


def _post(entry: Entry) -> str:
    """A change at the school's desk carries no post of its own."""
    return entry.post or ("сотрудник школы" if entry.actor_kind is ActorKind.STAFF and entry.name else "")


async def who_looked(deps: Deps, visitor: Visitor, child: str, *, cursor: str | None = None) -> AccessLogView:
    """Newest first. Staff by name and post, guardians by name and day."""
    now, whom, who = deps.now(), PersonId(child), PersonId(visitor.person)
    after = EventId(from_cursor(cursor)) if cursor else None

    def unit() -> tuple[Right, AccessLogView]:
        right = view_right(deps.keys, who, whom, now=now)
        if not right.allowed or right.delegated:
            return right, AccessLogView(items=())
        found = access_log(deps.keys, who, whom, now=now, limit=PAGE + 1, after=after, own_reads=True)
        subject = person(deps.keys, whom)
        zone = ZoneInfo(subject.zone if subject else MOSCOW)
        items = tuple(
            AccessEntry(
                id=entry.id,
                # Of others only the day is told: its first moment, which is never still to come.
                at=entry.at or datetime.combine(entry.day, time.min, zone),
                day=entry.day,
                who=", ".join(part for part in (entry.name, _post(entry)) if part) or "Система",
                action=entry.action,
                what=words_of(entry.action, entry.object, title_of(deps.diaries, entry.object)),
                count=entry.count,
                is_me=entry.is_viewer,
                reason=entry.reason,
            )
            for entry in found[:PAGE]
        )
        return right, AccessLogView(items=items, next=to_cursor(found[PAGE - 1].id) if len(found) > PAGE else None)

    right, view = await deps.db.read(unit)
    if not right.allowed:
        raise Refused(Reason.NOT_FOUND if Missing.FOREIGN in right.missing else Reason.NOT_ALLOWED_YET)
    if right.delegated:
        raise Refused(Reason.FORBIDDEN, "Вам открыли только дневник. Кто смотрел записи, видят родители ребёнка.")
    return view

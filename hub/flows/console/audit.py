"""An operator looks up who read or changed what of one person, with a written reason that the family sees (RULES A13)."""

from __future__ import annotations

from datetime import datetime

from hub.deps import Deps
from hub.flows.console.door import enter
from hub.flows.operator_reads import open_child
from hub.flows.refusals import Reason, Refused
from hub.flows.views.console import AuditFound, ConsoleHome, TraceRow
from hub.flows.who_looked import words_of
from hub.store import notices
from hub.store.sessions import Visitor
from identity.errors import NotAllowed
from identity.model import ActorKind, PersonId
from identity.store import operator_may_read, record_access
from identity.store.trail.search import Trace, traces_of

MOST = 200
LONGEST_ID, LONGEST_REASON = 40, 500


async def search_audit(deps: Deps, visitor: Visitor, person: str, reason: str) -> AuditFound:
    """Opens the person for half an hour, tells the guardians (of an adult the person), and shows the log."""
    home, now = await enter(deps, visitor), deps.now()
    if len(reason) > LONGEST_REASON:
        raise Refused(Reason.MALFORMED, f"Причина длиннее {LONGEST_REASON} знаков.")
    whom = person.strip()[:LONGEST_ID]

    def unit() -> AuditFound:
        opened = open_child(deps.keys, operator=home.operator, child=whom, reason=reason, now=now)
        if not opened.tell:
            text = f"Оператор сервиса {home.name} открыл на 30 минут журнал ваших данных. Причина — в журнале «Кто смотрел»."
            notices.tell(deps.keys, person=whom, kind="operator_opened", text=text, href="/notices", now=now)
        return _found(deps, home, whom, opened.until, now)

    try:
        return await deps.db.write(unit)
    except NotAllowed as error:
        raise Refused(Reason.MALFORMED, "Напишите причину: хотя бы два слова и десять знаков. Её увидит семья.") from error


async def look_again(deps: Deps, visitor: Visitor, person: str) -> AuditFound:
    """Within the half hour no new reason is asked; each look is an event. Otherwise there is nothing here."""
    home, now, whom = await enter(deps, visitor), deps.now(), person[:LONGEST_ID]

    def unit() -> AuditFound | None:
        if not operator_may_read(home.operator, PersonId(whom), now=now):
            return None
        return _found(deps, home, whom, None, now)

    found = await deps.db.write(unit)
    if found is None:
        raise Refused(Reason.NOT_FOUND)
    return found


def _found(deps: Deps, home: ConsoleHome, person: str, until: datetime | None, now: datetime) -> AuditFound:
    whom = PersonId(person)
    parts = {"name": home.name, "post": "оператор"}
    record_access(deps.keys, actor=home.operator, actor_kind=ActorKind.OPERATOR, subject=whom, page="operator.audit", parts=parts, now=now)
    return AuditFound(person=person, until=until, items=tuple(_row(one) for one in traces_of(whom, limit=MOST)))


def _row(one: Trace) -> TraceRow:
    return TraceRow(
        id=one.id,
        at=one.at,
        kind=one.kind,
        action=one.action,
        what=words_of(one.action, "", ""),
        actor=one.actor,
        actor_kind=one.actor_kind,
        count=one.count,
        sealed=one.sealed,
    )

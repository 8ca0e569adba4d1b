"""An operator opens one child with a written reason for half an hour; the guardians are told at once and see the reason (RULES A13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.flows.refusals import Reason, Refused
from hub.store import notices
from hub.store.diaries.diary_owners import owners_of
from identity.ages import phase
from identity.model import ActorKind, PersonId
from identity.sealing import Keys
from identity.store import OperatorReading, edges, open_operator_reading, operator_may_read, person, record_access
from identity.store.accounts.operators import operator_named
from identity.store.school.cards import classes_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What helps to find a fault: states and sources, no marks, no messages, no contacts."""

    id: str
    first_name: str
    age: str
    school: str
    diaries: tuple[dict[str, str], ...]
    guardians: tuple[dict[str, str], ...]


def open_child(keys: Keys, *, operator: str, child: str, reason: str, now: datetime) -> OperatorReading:
    """In the caller's unit."""
    who, whom = operator_named(keys, operator), PersonId(child)
    opened = open_operator_reading(keys, operator=who.id, name=who.name, child=whom, reason=reason, now=now)
    known = person(keys, whom)
    name = known.first_name if known else "Ребёнок"
    text = f"Оператор сервиса {who.name} открыл на 30 минут данные: {name}. Причина — в журнале «Кто смотрел»."
    for told in opened.tell:
        notices.tell(keys, person=told, kind="operator_opened", text=text, href=f"/children/{child}/who-looked", now=now)
    return opened


def read_child(keys: Keys, *, operator: str, child: str, now: datetime) -> Card:
    """In the caller's unit; each look is an event, and without an open leave there is nothing to see."""
    who, whom = operator_named(keys, operator), PersonId(child)
    known = person(keys, whom)
    if known is None or not operator_may_read(who.id, whom, now=now):
        raise Refused(Reason.NOT_FOUND)
    record_access(
        keys,
        actor=who.id,
        actor_kind=ActorKind.OPERATOR,
        subject=whom,
        page="operator.read",
        parts={"name": who.name, "post": "оператор"},
        now=now,
    )
    school, klass = classes_of((whom,)).get(whom, ("", ""))
    return Card(
        id=child,
        first_name=known.first_name,
        age=phase(known.birth_date, now, known.zone).value,
        school=f"{school} {klass}".strip(),
        diaries=tuple({"system": system, "opened_by": owner} for system, owner in owners_of(child)),
        guardians=tuple(
            {"person": edge.guardian, "kind": edge.kind.value, "state": edge.state.value, "evidence": edge.evidence.kind.value}
            for edge in edges.of_child(whom)
        ),
    )

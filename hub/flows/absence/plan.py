"""What stands ready for a notice: the child, the school's day, who works in its office, and the author's own boxes; read in one unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from hub.deps import Deps
from hub.flows.absence.register import Register, own_registers
from hub.flows.correspondence.boxes import Box, own_boxes
from hub.flows.office.rights import Act, may
from hub.flows.refusals import Reason, Refused
from hub.regions import registry
from hub.store.school import schools
from identity.model import Person, PersonId
from identity.store import person, school_of
from identity.store.school.cards import classes_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`school` is set when somebody there reads such notices here; `school_name` also where nobody does."""

    pupil: Person
    class_name: str
    zone: str
    today: date
    school: str | None
    school_name: str
    boxes: Sequence[Box]
    registers: Sequence[Register] = ()


def plan_of(deps: Deps, author: str, child: str) -> Plan:
    """In the caller's unit, for somebody who may see this child."""
    pupil = person(deps.keys, PersonId(child))
    if pupil is None:
        raise Refused(Reason.NOT_FOUND)
    ogrn = school_of(pupil.id)
    card = schools.school(ogrn) if ogrn else None
    works = bool(ogrn) and any(may(role, Act.ABSENCES) for role in schools.roles_at(ogrn or ""))
    boxes, registers = own_boxes(deps, author, child), own_registers(deps, author, child)
    zone = card.zone if card else (*(box.zone for box in boxes), *(one.zone for one in registers), pupil.zone)[0]
    return Plan(
        pupil=pupil,
        class_name=classes_of((pupil.id,)).get(pupil.id, ("", ""))[1],
        zone=zone,
        today=deps.now().astimezone(ZoneInfo(zone)).date(),
        school=ogrn if card and works else None,
        school_name=card.short_name if card else "",
        boxes=boxes,
        registers=registers,
    )


def phones_of(systems: Sequence[str]) -> tuple[str, ...]:
    """Help lines of the child's diaries, for who can reach nobody from here; a school's own number is not known to us."""
    known = registry().systems
    return tuple(f"{phone.number} ({phone.about})" for name in systems if name in known for phone in known[name].phones)

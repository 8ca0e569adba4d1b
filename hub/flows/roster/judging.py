"""What a line would do to the roster as it stands: create, bring up to date, nothing, or why not; reads only the own school's cards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hub.deps import Deps
from hub.flows.office.officers import Officer
from hub.flows.roster.columns import GUARDIAN_TITLES, TITLES
from hub.flows.roster.desk import is_own, own_family
from hub.flows.roster.model import Line, Plan, Trouble, Verdict
from identity.model import PersonId, same_name
from identity.snils import Snils
from identity.store import CardNumbers, named_in, numbered_in, person, persons_by_id, places_of
from identity.store.persons import match_text

OWN = "Это ваш ребёнок: его вписывает другой сотрудник."
OWN_SNILS = "Это ваш СНИЛС: своего ребёнка вписывает другой сотрудник."
TWO = "В школе двое с этим именем и датой рождения. Исправьте их по одному."
OTHER_CARD = "Этот номер дела записан за другим учеником."


class Judge:
    """Inside one unit: what is known of all the lines is read in a few queries, then each line is judged."""

    def __init__(self, deps: Deps, officer: Officer, lines: Sequence[Line], *, now: datetime) -> None:
        me = person(deps.keys, officer.person)
        self._own_snils = me.snils.digits if me and me.snils else ""
        self._family = own_family(deps, officer.person, now=now)
        asked = [(one.last_name, one.first_name, one.birth_date) for one in lines if one.birth_date]
        self._named = named_in(deps.keys, officer.school, asked)
        self._numbered = numbered_in(officer.school, [one.card for one in lines if one.card])
        children = {*self._numbered.values(), *(child for found in self._named.values() for child in found)}
        self._known = persons_by_id(deps.keys, children)
        self._places = places_of(officer.school, children, now=now)
        self._numbers = CardNumbers(deps.keys, children)

    def pupil_of(self, line: Line) -> PersonId | None:
        """Whom the line means, where it means exactly one of the school's pupils."""
        if line.card and line.card in self._numbered:
            return self._numbered[line.card]
        found = self._named_as(line)
        return found[0] if len(found) == 1 else None

    def judge(self, line: Line, troubles: Sequence[Trouble]) -> Verdict:
        """Nothing is written; the number of a second officer's cases is what the roster says now."""
        found = [*troubles, *self._faults(line)]
        if any(one.fatal for one in found):
            return Verdict(line.number, Plan.REFUSED, troubles=tuple(found))
        child = self.pupil_of(line)
        if child is None:
            return Verdict(line.number, Plan.CREATE, guardians=len(line.guardians), troubles=tuple(found))
        new = self.new_guardians(line, child)
        place = self._places.get(child)
        waiting = new if place is not None and place.linked else 0
        plan = Plan.UPDATE if new or self.differs(line, child) else Plan.UNCHANGED
        return Verdict(line.number, plan, guardians=new, waiting=waiting, troubles=tuple(found))

    def names(self, child: PersonId, snils: Snils) -> bool:
        """Whether the pupil's card named this SNILS already when the lines were read."""
        return self._numbers.names(child, snils)

    def middle_name(self, line: Line, child: PersonId | None) -> str:
        """An empty cell takes no known middle name away."""
        known = self._known.get(child) if child else None
        return line.middle_name or (known.middle_name if known else "")

    def new_guardians(self, line: Line, child: PersonId) -> int:
        return sum(not self.names(child, Snils(one.snils)) for one in line.guardians)

    def differs(self, line: Line, child: PersonId) -> bool:
        """Whether the pupil's own cells say something new; an empty middle name or number says nothing."""
        place, known = self._places.get(child), self._known.get(child)
        if place is None or known is None:
            return True
        told = (line.last_name, line.first_name, self.middle_name(line, child), line.birth_date, line.klass, line.card or place.number)
        return told != (known.last_name, known.first_name, known.middle_name, known.birth_date, place.klass, place.number)

    def _faults(self, line: Line) -> list[Trouble]:
        found = []
        if is_own(self._family, line.last_name, line.first_name, line.birth_date):
            found.append(Trouble(line.number, TITLES["last_name"], OWN))
        if self._own_snils and self._own_snils in (line.snils, *(one.snils for one in line.guardians)):
            found.append(Trouble(line.number, GUARDIAN_TITLES["snils"], OWN_SNILS))
        named, numbered = self._named_as(line), self._numbered.get(line.card) if line.card else None
        if len(named) > 1 and numbered is None:
            found.append(Trouble(line.number, TITLES["last_name"], TWO))
        family = {one.id for one in self._family}
        if numbered is not None and (numbered in family or not self._may_be(line, numbered)):
            found.append(Trouble(line.number, TITLES["card"], OWN if numbered in family else OTHER_CARD))
        return found

    def _may_be(self, line: Line, child: PersonId) -> bool:
        """A number means this pupil while the birth date or the name agrees: both may not change at once."""
        known = self._known.get(child)
        if known is None:
            return False
        return known.birth_date == line.birth_date or same_name(known.last_name, known.first_name, line.last_name, line.first_name)

    def _named_as(self, line: Line) -> tuple[PersonId, ...]:
        text = match_text(line.last_name, line.first_name, line.birth_date)
        return self._named.get(text, ()) if text else ()

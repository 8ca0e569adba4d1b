"""A school's roster: children and guardians' SNILS, attached only when the names agree (RULES A3, A5, A8, B5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from identity.claims import Level
from identity.errors import NotAllowed, NotFound
from identity.model import EdgeRight, EdgeState, EvidenceKind, PersonId, SnilsProof
from identity.store import (
    EntryState,
    act_right,
    card_guardians,
    edges,
    person,
    pupils_of,
    put_card_guardian,
    remove_card_guardian,
    sign_card_guardian,
)
from tests.unit.identity.school import OFFICER, OGRN, SECOND, School


@pytest.fixture
def school(desk: Any) -> School:
    return School(desk)


@pytest.mark.rule("A5")
@pytest.mark.feature("F070")
def test_a_parent_in_the_card_lands_at_the_own_children_without_a_code(desk: Any, people: Any, school: School) -> None:
    first, second = school.pupil(), school.pupil("Сидорова", "Вера", date(2011, 1, 1))
    for child in (first, second):
        school.guardian(child, people.mother.snils, "ЕЛКИНА", "анна")
    outcome = desk.sign_in(replace(people.mother, children=None))
    assert {change.edge.child for change in outcome.edges} == {first, second}
    assert school.sees(outcome.person, first)
    assert desk.run(lambda: act_right(desk.keys, outcome.person, first, EdgeRight.PAY, now=desk.now)).allowed
    assert {entry.state for entry, *_ in desk.run(lambda: card_guardians(desk.keys, first))} == {EntryState.ATTACHED}
    assert desk.sign_in(replace(people.mother, children=None)).edges == ()


@pytest.mark.rule("A3")
@pytest.mark.rule("A8")
@pytest.mark.parametrize(
    "claims",
    [{"last_name": "Другая"}, {"first_name": "Алла"}, {"level": Level.STANDARD}, {"snils": None}],
    ids=["surname", "first name", "level", "no snils"],
)
def test_a_snils_whose_names_differ_or_that_nobody_vouches_for_is_only_checked(
    desk: Any, people: Any, school: School, claims: dict[str, Any]
) -> None:
    child = school.pupil()
    unknown = school.guardian(child, people.snils(170_000_005), "Некто", "Неизвестный")
    entry = school.guardian(child, people.mother.snils, "Ёлкина", "Анна")
    who = desk.sign_in(replace(people.mother, children=None, **claims)).person
    assert not school.sees(who, child)
    states = {one.id: one.state for one, *_ in desk.run(lambda: card_guardians(desk.keys, child))}
    assert states == {unknown.id: EntryState.CHECKING, entry.id: EntryState.CHECKING}, "known and unknown look the same"


@pytest.mark.rule("A8")
def test_the_answer_to_the_office_is_the_same_for_known_and_unknown(desk: Any, people: Any, school: School) -> None:
    desk.sign_in(people.mother)
    child = school.pupil()
    known = school.guardian(child, people.mother.snils, "Ёлкина", "Анна")
    unknown = school.guardian(child, people.snils(170_000_006), "Ёлкина", "Анна")
    assert replace(known, id="") == replace(unknown, id="")


@pytest.mark.rule("B5")
def test_a_second_guardian_needs_a_second_officer_and_a_day(desk: Any, people: Any, school: School) -> None:
    child = school.pupil()
    school.guardian(child, people.mother.snils, "Ёлкина", "Анна")
    mother = desk.sign_in(replace(people.mother, children=None)).person
    entry = school.guardian(child, people.father.snils, "Ёлкин", "Иван", signed=False)
    assert (entry.state, entry.tell) == (EntryState.SECOND_OFFICER, (mother,))
    with pytest.raises(NotAllowed, match="same_officer"):
        desk.run(lambda: sign_card_guardian(entry.id, OFFICER, now=desk.now))
    with pytest.raises(NotAllowed, match="own_family"):
        desk.run(lambda: sign_card_guardian(entry.id, mother, now=desk.now))
    desk.later(hours=25)
    father = desk.sign_in(replace(people.father, children=None)).person
    assert not school.sees(father, child), "a day alone is not enough"
    desk.run(lambda: sign_card_guardian(entry.id, SECOND, now=desk.now))
    outcome = desk.sign_in(replace(people.father, children=None))
    assert school.sees(father, child)
    assert [change.tell for change in outcome.edges] == [(mother,)]


@pytest.mark.rule("B5")
def test_two_officers_alone_do_not_shorten_the_day(desk: Any, people: Any, school: School) -> None:
    child = school.pupil()
    school.guardian(child, people.mother.snils, "Ёлкина", "Анна")
    desk.sign_in(replace(people.mother, children=None))
    school.guardian(child, people.father.snils, "Ёлкин", "Иван")
    desk.later(hours=23)
    assert not school.sees(desk.sign_in(replace(people.father, children=None)).person, child)
    desk.later(hours=2)
    assert school.sees(desk.sign_in(replace(people.father, children=None)).person, child)


@pytest.mark.rule("B5")
def test_nobody_enters_himself_or_an_own_child(desk: Any, people: Any, school: School) -> None:
    child = school.pupil()
    teacher = desk.sign_in(replace(people.father, children=())).person
    for officer, number in ((teacher, people.father.snils), (child, people.mother.snils)):
        with pytest.raises(NotAllowed, match="own_family"):
            desk.run(
                lambda officer=officer, number=number: put_card_guardian(
                    desk.keys, school=OGRN, child=child, snils=number, last_name="Ёлкин", first_name="Иван", officer=officer, now=desk.now
                )
            )
    with pytest.raises(NotFound):
        desk.run(
            lambda: put_card_guardian(
                desk.keys, school="9", child=child, snils=people.mother.snils, last_name="Ё", first_name="А", officer=OFFICER, now=desk.now
            )
        )


@pytest.mark.rule("A5")
def test_who_is_taken_out_of_the_card_loses_what_rested_on_it(desk: Any, people: Any, school: School) -> None:
    child = school.pupil()
    entry = school.guardian(child, people.mother.snils, "Ёлкина", "Анна")
    mother = desk.sign_in(replace(people.mother, children=None)).person
    desk.run(lambda: remove_card_guardian(entry.id, OFFICER, now=desk.now))
    assert not school.sees(mother, child)
    desk.sign_in(replace(people.mother, children=None))
    assert not school.sees(mother, child)


def test_an_import_of_the_same_file_changes_nothing(desk: Any, people: Any, school: School) -> None:
    one = school.pupil(number="17")
    again = school.pupil("Сидоров-Петров", number="17")
    assert one == again
    assert desk.run(lambda: person(desk.keys, one)).last_name == "Сидоров-Петров"
    assert desk.run(lambda: pupils_of(OGRN)) == ((one, "5А"),)
    assert desk.run(lambda: pupils_of(OGRN, klass="6Б")) == ()
    entry = school.guardian(one, people.mother.snils, "Ёлкина", "Анна")
    assert school.guardian(one, people.mother.snils, "Ёлкина", "Анна").id == entry.id


@pytest.mark.rule("A3")
def test_a_childs_snils_in_the_card_meets_gosuslugi_only_with_the_names(desk: Any, people: Any, school: School) -> None:
    mother = desk.sign_in(replace(people.mother, children=(people.petya,))).person
    known = next(edge.child for edge in desk.run(lambda: edges.of_guardian(mother)))
    assert school.pupil("Елкин", "Петр", people.petya.birth_date, people.petya.snils) == known
    other = school.pupil("Другой", "Пётр", people.petya.birth_date, people.petya.snils)
    assert other != known
    assert desk.run(lambda: person(desk.keys, other)).snils_proof is SnilsProof.UNPROVEN


@pytest.mark.rule("A3")
def test_gosuslugi_finds_the_roster_child_by_snils_and_names(desk: Any, people: Any, school: School) -> None:
    child = school.pupil("Ёлкин", "Пётр", people.petya.birth_date, people.petya.snils)
    mother: PersonId = desk.sign_in(replace(people.mother, children=(people.petya,))).person
    assert school.sees(mother, child)
    (edge,) = desk.run(lambda: edges.between(mother, child))
    assert (edge.evidence.kind, edge.state) == (EvidenceKind.ESIA_KID, EdgeState.ACTIVE)

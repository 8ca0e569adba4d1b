"""A school's lists: who is linked and who holds a code, found by name or number in the own school alone (RULES A7, A8)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from identity.errors import NotFound
from identity.sealing import Keys, new_master_key
from identity.store import (
    CardNumbers,
    PupilCard,
    classes_in,
    issue_code,
    kill_code,
    named_in,
    numbered_in,
    person,
    places_in,
    places_of,
    put_pupil,
    remove_card_guardian,
)
from tests.unit.identity.school import OFFICER, OGRN, School

BORN = date(2015, 4, 4)


@pytest.fixture
def school(desk: Any) -> School:
    return School(desk)


def test_a_class_counts_the_linked_and_the_others_with_a_live_code(desk: Any, people: Any, school: School) -> None:
    mother = desk.sign_in(people.mother).person
    linked, coded, spent, bare = [school.pupil(last=last) for last in ("Лось", "Мышь", "Рысь", "Барс")]
    school.redeem(mother, school.code(linked), last="Лось")
    for child in (linked, coded, spent):
        school.code(child)
    desk.run(lambda: kill_code(spent, OFFICER, now=desk.now))
    (found,) = desk.run(lambda: classes_in(OGRN, now=desk.now))
    assert (found.name, found.pupils, found.linked, found.coded) == ("5А", 4, 1, 1)
    places = {one.child: one for one in desk.run(lambda: places_in(OGRN, klass="5А", now=desk.now))}
    assert [(places[one].linked, places[one].code_until is not None) for one in (linked, coded, spent, bare)] == [
        (True, True), (False, True), (False, False), (False, False),
    ]  # fmt: skip
    desk.later(days=31)
    (found,) = desk.run(lambda: classes_in(OGRN, now=desk.now))
    assert (found.linked, found.coded) == (1, 0), "a code that ran out is none"
    assert desk.run(lambda: places_in("1", now=desk.now)) == ()
    assert desk.run(lambda: places_of("1", [linked], now=desk.now)) == {}


@pytest.mark.rule("A8")
def test_pupils_are_found_by_name_and_date_in_the_own_school_alone(desk: Any, people: Any, school: School) -> None:
    desk.sign_in(people.mother)
    one, number = school.pupil(last="Ёж", first="Пётр"), school.pupil(last="Кит", number="К-1")
    asked = [
        ("ЕЖ", "петр", BORN),
        ("Ёж", "Пётр", date(2015, 4, 5)),
        (people.petya.last_name, people.petya.first_name, people.petya.birth_date),
    ]
    assert list(desk.run(lambda: named_in(desk.keys, OGRN, asked)).values()) == [(one,)], "a child of Gosuslugi alone is not looked at"
    assert desk.run(lambda: named_in(desk.keys, "1", asked)) == {}
    assert desk.run(lambda: numbered_in(OGRN, ["К-1", "К-2"])) == {"К-1": number}
    assert desk.run(lambda: numbered_in("1", ["К-1"])) == {}


def test_more_names_than_fit_one_query_are_found_and_during_a_change_of_keys_too(desk: Any, school: School) -> None:
    old, letters = new_master_key(), "абвгдежзиклмнопрстуфхц"
    desk.keys = Keys.from_master(old)
    names = [(f"Кит{one}{two}", "Ян", BORN) for one in letters for two in letters]
    child = school.pupil(last=names[-1][0], first="Ян")
    assert list(desk.run(lambda: named_in(desk.keys, OGRN, names)).values()) == [(child,)]
    both = Keys.from_master(new_master_key(), old=[old])
    assert list(desk.run(lambda: named_in(both, OGRN, names)).values()) == [(child,)]


def test_a_card_says_yes_or_no_about_a_number_and_forgets_a_removed_one(desk: Any, people: Any, school: School) -> None:
    child, other = school.pupil(), school.pupil(last="Кит")
    entry = school.guardian(child, people.snils(150_000_001), "Ёлкина", "Анна")

    def asked() -> list[bool]:
        numbers = CardNumbers(desk.keys, [child, other])
        return [numbers.names(who, people.snils(n)) for who in (child, other) for n in (150_000_001, 150_000_002)]

    assert desk.run(asked) == [True, False, False, False]
    desk.run(lambda: remove_card_guardian(entry.id, OFFICER, now=desk.now))
    assert desk.run(asked) == [False] * 4


def test_a_pupil_who_was_recognised_is_brought_up_to_date_and_keeps_the_snils(desk: Any, people: Any, school: School) -> None:
    child = school.pupil(snils=people.snils(300_000_001))
    card = PupilCard(last_name="Сидорова", first_name="Ольга", birth_date=BORN, klass="6А", number="К-9")

    def put(ogrn: str) -> tuple[Any, bool]:
        return put_pupil(desk.keys, school=ogrn, card=card, officer=OFFICER, zone="Europe/Moscow", now=desk.now, child=child)

    assert desk.run(lambda: put(OGRN)) == (child, False)
    known = desk.run(lambda: person(desk.keys, child))
    assert (known.last_name, known.snils) == ("Сидорова", people.snils(300_000_001))
    assert desk.run(lambda: places_of(OGRN, [child], now=desk.now))[child].number == "К-9"
    with pytest.raises(NotFound):
        desk.run(lambda: put("1"))
    with pytest.raises(NotFound):
        desk.run(lambda: issue_code(desk.keys, school="1", child=child, officer=OFFICER, now=desk.now))

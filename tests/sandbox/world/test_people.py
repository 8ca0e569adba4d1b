"""Each clause that API.md says of the town's people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from sandbox.people_json import has_account, people_json
from sandbox.world.model import Person
from sandbox.world.town import Town

TownAt = Callable[[datetime], Town]
DIARIES = ("dnevnik", "mes", "mes-mo", "eljur", "kiasuo", "petersburg", "ruobr", "netschool", "epgu", "digital-school", "iv-edu", "fgis")
PARENT_FIELDS = {
    "dnevnik": {"login", "password", "token"},
    "mes": {"login", "password", "token"},
    "mes-mo": {"login", "password", "token"},
    "eljur": {"login", "password", "vendor", "devkey"},
    "kiasuo": {"token", "refresh_token"},
    "petersburg": {"login", "password"},
    "ruobr": {"login", "password"},
    "netschool": {"login", "password", "school", "school_id"},
    "epgu": {"snils"},
    "digital-school": {"account", "auth_code", "password"},
    "iv-edu": {"snils", "password"},
    "fgis": set[str](),
}
CHILD_FIELDS = {
    "dnevnik": {"person_id", "school_id", "group_id"},
    "mes": {"student_id", "person_guid"},
    "mes-mo": {"student_id", "person_guid"},
    "eljur": {"student_id"},
    "kiasuo": {"id"},
    "petersburg": {"education_id"},
    "ruobr": {"id"},
    "netschool": {"student_id"},
    "epgu": {"student_id"},
    "digital-school": {"student_id"},
    "iv-edu": {"student_id"},
    "fgis": {"esia_id"},
}
TIMES = [datetime(2026, 9, 1, 6, tzinfo=UTC), datetime(2026, 11, 21, 12, tzinfo=UTC), datetime(2027, 5, 31, 12, tzinfo=UTC),
         datetime(2027, 8, 31, 12, tzinfo=UTC), datetime(2031, 2, 1, tzinfo=UTC)]  # fmt: skip


def age(person: Person, day: date) -> int:
    born = person.birth_date
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def first(town: Town, system: str, role: str) -> Person:
    return next(p for p in town.people.values() if p.role == role and has_account(p, system))


def level(person: Person) -> str | None:
    return person.esia.level if person.esia else None


def adults(town: Town) -> list[Person]:
    return [p for p in town.people.values() if level(p) == "confirmed" and p.role != "pupil"]


def test_at_least_five_confirmed_parents_have_children(confirmed: list[Person]) -> None:
    assert len(confirmed) >= 5


@pytest.mark.parametrize("now", TIMES)
def test_two_confirmed_parents_have_a_child_under_14_without_a_school(town_at: TownAt, now: datetime) -> None:
    town = town_at(now)
    parents = [p for p in town.people.values() if p.role == "parent" and level(p) == "confirmed"]
    found = [p for p in parents if any(town.people[c].school is None and age(town.people[c], now.date()) < 14 for c in p.children)]
    assert len(found) >= 2


def test_a_confirmed_parent_has_two_or_more_children(confirmed: list[Person]) -> None:
    assert any(len(p.children) >= 2 for p in confirmed)


def test_a_parent_and_a_child_both_have_dnevnik_accounts_that_sign_in(town: Town, confirmed: list[Person]) -> None:
    parent = next(p for p in confirmed if "dnevnik" in p.accounts)
    assert all({"login", "password", "token"} <= town.people[c].accounts["dnevnik"].keys() for c in parent.children)


def test_a_parent_with_an_unconfirmed_account_has_a_snils(town: Town) -> None:
    assert any(p.role == "parent" and p.children and level(p) == "standard" and p.snils for p in town.people.values())


@pytest.mark.parametrize("now", TIMES)
def test_a_pupil_of_14_to_17_has_a_standard_or_confirmed_account(town_at: TownAt, now: datetime) -> None:
    pupils = [p for p in town_at(now).people.values() if p.role == "pupil" and level(p) in ("standard", "confirmed")]
    assert any(14 <= age(p, now.date()) <= 17 and p.esia is not None and not p.esia.is_child for p in pupils)


@pytest.mark.parametrize("now", TIMES)
def test_a_pupil_under_14_has_a_child_account(town_at: TownAt, now: datetime) -> None:
    assert any(p.role == "pupil" and p.esia and p.esia.is_child and age(p, now.date()) < 14 for p in town_at(now).people.values())


def test_two_schools_have_an_administrator_and_one_of_them_neither_pupil_with_gosuslugi_attends(town: Town) -> None:
    schools = {p.school for p in town.people.values() if p.role == "school_admin" and p.esia}
    attended = {p.school for p in town.people.values() if p.role == "pupil" and p.esia}
    assert len(schools) >= 2
    assert schools - attended


def test_each_administered_school_has_a_second_administrator_to_sign_after_the_first(town: Town) -> None:
    admins = [p.school for p in town.people.values() if p.role == "school_admin" and p.esia and p.esia.level == "confirmed"]
    assert {admins.count(school) for school in admins} == {2}


@pytest.mark.parametrize("system", DIARIES)
def test_the_first_family_of_each_diary_has_gosuslugi_and_accounts_as_api_md_names_them(town: Town, system: str) -> None:
    parent, child = first(town, system, "parent"), first(town, system, "pupil")
    assert child.id in parent.children
    assert level(parent) == "confirmed"
    assert PARENT_FIELDS[system] <= parent.accounts[system].keys()
    assert CHILD_FIELDS[system] <= child.accounts[system].keys()
    assert child.class_id
    assert all(value not in (None, "") for value in {**parent.accounts[system], **child.accounts[system]}.values())


def test_nobody_is_the_first_pupil_of_two_diaries(town: Town) -> None:
    assert len({first(town, system, "pupil").id for system in DIARIES}) == len(DIARIES)


def test_every_parent_has_an_account_in_each_childs_diary(town: Town) -> None:
    for person in town.people.values():
        for child in person.children:
            assert set(DIARIES) & town.people[child].accounts.keys() <= person.accounts.keys()


def test_one_family_is_in_three_or_more_diaries(town: Town, confirmed: list[Person]) -> None:
    assert any(len({s for c in p.children for s in town.people[c].accounts if s in DIARIES}) >= 3 for p in confirmed)


@pytest.mark.parametrize("now", TIMES)
def test_the_first_pupils_have_period_marks_at_any_date_of_the_year(town_at: TownAt, now: datetime) -> None:
    town = town_at(now)
    assert all(town.finals(first(town, system, "pupil").id) for system in DIARIES)


def test_netschools_pupils_have_whole_marks_only(town: Town) -> None:
    for pupil in [p for p in town.people.values() if p.role == "pupil" and "netschool" in p.accounts]:
        values = [m.value for m in town.marks(pupil.id, *town.year)] + [f.value for f in town.finals(pupil.id)]
        assert values
        assert all(value in "12345" and len(value) == 1 for value in values)


def test_every_confirmed_adult_has_phone_mail_address_and_passport(town: Town) -> None:
    for person in adults(town):
        assert person.phone
        assert person.email
        assert person.address
        assert person.passport
        assert age(person, person.passport.issue_date) >= 14


def test_three_people_have_vk_a_parent_among_them(town: Town) -> None:
    people = [p for p in town.people.values() if p.vkid]
    assert len(people) >= 3
    assert any(p.role == "parent" for p in people)
    assert all({"user_id", "login"} <= (p.vkid or {}).keys() for p in people)


def test_three_people_have_a_vkapi_token(town: Town) -> None:
    assert sum("token" in p.accounts.get("vkapi", {}) for p in town.people.values()) >= 3


def test_two_schools_have_vkapi_and_max_and_a_person_in_each_max_chat(town: Town) -> None:
    schools = [s for s in town.schools.values() if {"vkapi", "max"} <= s.accounts.keys()]
    assert len(schools) >= 2
    for school in schools:
        assert {"group_id", "token"} <= school.accounts["vkapi"].keys()
        assert {"bot_id", "token", "chat_id"} <= school.accounts["max"].keys()
        families = [p for p in town.people.values() if p.accounts.get("max", {}).get("user_id")]
        assert any(town.people[c].school == school.id for p in families for c in p.children)


def test_dnevnik_ids_lie_above_2_to_the_53(town: Town) -> None:
    for person in town.people.values():
        for name, value in person.accounts.get("dnevnik", {}).items():
            assert not name.endswith("_id") or value > 2**53


def test_at_least_24_families_and_four_schools_in_four_regions_and_zones(town: Town, confirmed: list[Person]) -> None:
    assert len({p.children for p in town.people.values() if p.children}) >= 24
    assert len({s.region for s in town.schools.values()}) >= 4
    assert len({s.tz for s in town.schools.values()}) >= 4


def test_a_child_of_13_turns_14_during_the_school_year(town: Town) -> None:
    start, end = town.year
    assert any(p.role == "pupil" and age(p, start) == 13 and age(p, end) == 14 for p in town.people.values())


def test_a_grandmother_cares_for_a_child_without_gosuslugi_children(town: Town) -> None:
    grandmother = next(p for p in town.people.values() if p.cares_for)
    assert grandmother.esia
    assert not grandmother.children
    assert not grandmother.gosuslugi_children
    assert grandmother in town.guardians_of(grandmother.cares_for[0])


def test_separated_parents_live_apart_and_have_the_same_child(town: Town, confirmed: list[Person]) -> None:
    shared = Counter(p.children for p in confirmed)
    homes = [[p.address.text for p in confirmed if p.children == children and p.address] for children, n in shared.items() if n == 2]
    assert any(one != other for one, other in homes)


def test_two_unrelated_people_share_surname_and_first_name(town: Town) -> None:
    names = Counter((p.last_name, p.first_name) for p in town.people.values() if p.role == "parent" and p.esia)
    assert any(count == 2 for count in names.values())


def test_names_with_yo_a_hyphen_and_a_teacher_who_is_a_parent(town: Town) -> None:
    names = [p.last_name for p in town.people.values()]
    assert any("ё" in name for name in names)
    assert any("-" in name for name in names)
    assert "Королёва" in names
    assert "Королев" in names
    assert any(p.role == "teacher" and p.children for p in town.people.values())


def test_snils_have_right_checksums_and_are_unique(town: Town) -> None:
    numbers = [p.snils for p in town.people.values() if p.snils]
    assert len(set(numbers)) == len(numbers)
    for text in numbers:
        digits = re.sub(r"\D", "", text)
        total = sum(int(digit) * weight for digit, weight in zip(digits[:9], range(9, 0, -1), strict=True))
        assert total % 101 % 100 == int(digits[9:])
        assert re.fullmatch(r"\d{3}-\d{3}-\d{3} \d{2}", text)


def test_schools_have_full_names_and_right_inn_and_ogrn(town: Town) -> None:
    for school in town.schools.values():
        weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
        assert sum(int(d) * w for d, w in zip(school.inn[:9], weights, strict=True)) % 11 % 10 == int(school.inn[9])
        assert int(school.ogrn[:12]) % 11 % 10 == int(school.ogrn[12])
        assert "учреждение" in school.legal_name.lower()
    assert len({s.ogrn for s in town.schools.values()}) == len(town.schools)


def test_identifiers_names_and_passwords_are_the_same_for_one_seed_and_differ_for_another() -> None:
    def shown(seed: int) -> list[object]:
        return list(people_json(Town(lambda: TIMES[1], seed))["people"])

    assert shown(1) == shown(1)
    assert shown(1) != shown(2)


@pytest.mark.parametrize("seed", range(2, 12))
def test_logins_tokens_and_oids_are_unique_for_any_seed(seed: int) -> None:
    town = Town(lambda: TIMES[1], seed)
    oids = [p.esia.oid for p in town.people.values() if p.esia]
    tokens = [a["token"] for p in town.people.values() for a in p.accounts.values() if "token" in a]
    assert len(set(oids)) == len(oids)
    assert len(set(tokens)) == len(tokens)


def test_people_are_found_by_snils_phone_mail_login_and_account(town: Town) -> None:
    parent = first(town, "dnevnik", "parent")
    assert parent.snils
    assert parent.phone
    assert parent.email
    assert town.person_by_snils(re.sub(r"\D", "", parent.snils)) is parent
    assert town.person_by_phone("8 (999) " + parent.phone[-7:]) is parent
    assert town.person_by_email(parent.email.upper()) is parent
    assert town.person_by_login("dnevnik", parent.accounts["dnevnik"]["login"].upper()) is parent
    assert town.person_by_login("esia", parent.phone) is parent
    assert town.person_by_account("dnevnik", "token", parent.accounts["dnevnik"]["token"]) is parent
    assert town.person_by_account("dnevnik", "person_id", str(parent.accounts["dnevnik"]["person_id"])) is parent
    assert town.person_by_phone("12") is None
    assert town.person_by_login("dnevnik", "nobody") is None


def test_the_json_shows_ids_as_texts(town: Town) -> None:
    shown = people_json(town, role="pupil", system="dnevnik")["people"][0]
    assert shown["accounts"]["dnevnik"]["person_id"] == str(town.people[shown["id"]].accounts["dnevnik"]["person_id"])
    assert shown["class"] == "7А"


def test_a_class_under_five_pupils_and_classes_of_five_and_more(town: Town) -> None:
    sizes = {c.id: len(c.pupils) for c in town.classes.values()}
    assert min(sizes.values()) < 5
    for system in DIARIES:
        assert sizes[first(town, system, "pupil").class_id or ""] >= 5


def test_a_child_in_esias_list_is_one_of_the_own_children(town: Town) -> None:
    assert all(set(p.gosuslugi_children) <= set(p.children) for p in town.people.values())
    assert all(p.gosuslugi_children == p.children for p in town.people.values() if p.children and level(p) == "confirmed")

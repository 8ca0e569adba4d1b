"""What lies in the database: nothing personal in plain text, and every sealed column follows a change of keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from identity.claims import Contact, Level
from identity.errors import UnknownKey
from identity.linking import ListedChild
from identity.model import ActorKind, Evidence, EvidenceKind, PersonId
from identity.sealing import Keys, new_master_key
from identity.store import (
    SEALED,
    TABLES,
    NewLink,
    PupilCard,
    Side,
    SignInResult,
    access_log,
    attach_account,
    bind_listed,
    children_of,
    hold_change,
    link,
    merge_persons,
    open_operator_reading,
    open_recovery,
    person,
    propose_restriction,
    put_card_guardian,
    put_child_login,
    put_pupil,
    record_access,
    reseal_batch,
    set_full_capacity,
    unrotated,
)
from identity.store.accounts.operators import add_operator
from identity.store.rows import fetch, table_of
from identity.store.school.leaving import leave_school
from identity.store.school.reviews import ReviewKind, open_review, sign_first

OLD, NEW = new_master_key(), new_master_key()


def fill(desk: Any, people: Any) -> PersonId:
    """A family with everything that identity stores."""
    mails = (Contact(value="anna@town.example", verified=True),)
    who: PersonId = desk.sign_in(replace(people.mother, emails=mails)).person
    evidence = Evidence(kind=EvidenceKind.BOTH_SIDES_LOGIN, at=desk.now, by=who, source="iv_edu")
    new = NewLink(system="iv_edu", subject=people.petya.snils.digits, person=who, opened_by=who, evidence=evidence)
    desk.run(lambda: attach_account(desk.keys, new, now=desk.now))
    listed = [ListedChild(key="9007199254740993", last_name="Соседов", first_name="Игнат")]
    desk.run(lambda: bind_listed(desk.keys, who, "dnevnik", listed, now=desk.now))
    petya = child(desk, who, "Пётр")
    desk.run(
        lambda: record_access(
            desk.keys, actor="staff-1", actor_kind=ActorKind.STAFF, subject=petya, page="journal", now=desk.now,
            parts={"name": "Смирнова Ольга", "post": "завуч"},
        )
    )  # fmt: skip
    return who


def fill_more(desk: Any, people: Any, who: PersonId) -> None:
    """What a family and a school leave behind after the first sign-in."""
    keys, now = desk.keys, desk.now
    petya, masha = child(desk, who, "Пётр"), child(desk, who, "Мария")
    weak = desk.sign_in(replace(people.mother, system="vkid", subject="v1", level=Level.UNKNOWN, snils=None, children=None)).person

    def unit() -> None:
        typed = PupilCard(last_name="Сидоров", first_name="Олег", snils=people.snils(160_000_001))
        pupil, _ = put_pupil(keys, school="1", card=typed, officer=PersonId("o1"), zone="Europe/Moscow", now=now)
        put_card_guardian(
            keys,
            school="1",
            child=pupil,
            snils=people.snils(160_000_002),
            last_name="Павлова",
            first_name="Нина",
            officer=PersonId("o1"),
            now=now,
        )
        leave_school(keys, pupil, school="1", officer=PersonId("o1"), reason="уехали в Тобольск", left_on=now.date(), now=now)
        paper = "решение суда 2-1515"
        propose_restriction(keys, school="1", child=petya, officer=PersonId("o1"), document=paper, snils=people.snils(160_000_003), now=now)
        set_full_capacity(
            keys, masha, since=now + timedelta(days=9), document=paper, officer=PersonId("o1"), second=PersonId("o2"), now=now
        )
        put_child_login(keys, who, petya, login="petya.elkin", record="scrypt$1$1$1$c2FsdA==$aGFzaA==", now=now)
        merge_persons(keys, Side(person=who, auth_time=now), Side(person=weak, auth_time=now), now=now)
        open_recovery(keys, school="1", person=who, officer=PersonId("o1"), document=paper, now=now)
        hold_change(keys, who, session="s", kind="phone", value="+79991112233", now=now)
        open_operator_reading(keys, operator="op", name="Операторов Пал", child=petya, reason="проверка обращения 7788", now=now)
        add_operator(keys, "Операторов Пал", now=now)
        told = {"last_name": "Сидоров"}
        held = open_review(keys, kind=ReviewKind.SIGN_IN, person=who, reason="names_differ", evidence=told, now=now)
        sign_first(keys, held, PersonId("o1"), note=paper, now=now)

    desk.run(unit)


def child(desk: Any, who: PersonId, name: str) -> PersonId:
    shown = desk.run(lambda: children_of(desk.keys, who, now=desk.now))
    return next(PersonId(view.person.id) for view in shown if view.person.first_name == name)


def plain_words(people: Any) -> list[str]:
    snils = [one.snils for one in (people.mother, people.petya, people.masha)]
    numbers = [text for one in snils for text in (one.digits, one.canonical, one.digits[:9])]
    return [
        *numbers, "79265550101", "9265550101", "anna@town.example", "Ёлкин", "Анна", "Сергеевна", "Мария", "Соседов", "Игнат",
        "Смирнова", "завуч", "1985-01-02", "2015-03-01", people.mother.subject, "9007199254740993",
        "Сидоров", "Павлова", "Нина", "решение суда", "2-1515", "petya.elkin", "79991112233", "проверка обращения", "Операторов",
        "Тобольск",
        people.snils(160_000_001).digits, people.snils(160_000_002).digits, people.snils(160_000_003).digits,
    ]  # fmt: skip


@pytest.mark.security("32")
@pytest.mark.security("30")
def test_a_copy_of_the_database_tells_no_name_number_or_account(desk: Any, people: Any) -> None:
    fill_more(desk, people, fill(desk, people))
    if desk.database.kind == "sqlite":
        desk.database.close_sync()
        raw = b"".join(path.read_bytes() for path in Path(desk.database.file).parent.glob(f"{Path(desk.database.file).name}*"))
    else:
        rows = [desk.run(lambda model=model: fetch(model, f"SELECT * FROM {table_of(model)}")) for model in TABLES]
        raw = repr(rows).encode()
    assert len(raw) > 1000
    found = [word for word in plain_words(people) if word.encode() in raw or word.encode("utf-16-le") in raw]
    assert found == []


def test_every_row_with_a_sealed_value_is_rotated_and_found_again(desk: Any, people: Any) -> None:
    desk.keys = Keys.from_master(OLD)
    who = fill(desk, people)
    fill_more(desk, people, who)
    desk.keys = Keys.from_master(NEW, [OLD])
    left = {f"{table_of(one.model)}.{one.column}": desk.run(lambda one=one: unrotated(desk.keys, one)) for one in SEALED}
    assert all(left.values()), left
    assert desk.sign_in(people.mother).person == who
    for one in SEALED:
        after: str | None = ""
        while after is not None:
            after = desk.run(lambda one=one, after=after: reseal_batch(desk.keys, one, after=after, limit=2))
    desk.keys = Keys.from_master(NEW)
    assert [desk.run(lambda one=one: unrotated(desk.keys, one)) for one in SEALED] == [0] * len(SEALED)
    again = desk.sign_in(people.mother)
    assert (again.result, again.person) == (SignInResult.KNOWN, who)
    father = desk.sign_in(people.father)
    assert child(desk, father.person, "Пётр") == child(desk, who, "Пётр")
    petya = child(desk, who, "Пётр")
    shown = desk.run(lambda: access_log(desk.keys, who, petya, now=desk.now))
    assert "Смирнова Ольга" in {entry.name for entry in shown}
    vk = replace(people.mother, system="vkid", subject="v", snils=None, children=None)
    assert who in {offer.person for offer in desk.sign_in(vk).offers}
    (bound,) = desk.run(
        lambda: bind_listed(
            desk.keys, who, "dnevnik", [ListedChild(key="9007199254740993", last_name="Соседов", first_name="Игнат")], now=desk.now
        )
    )
    assert desk.run(lambda: person(desk.keys, bound.child)).first_name == "Игнат"
    assert len(desk.run(lambda: children_of(desk.keys, who, now=desk.now))) == 3


def test_an_unproven_snils_gets_no_index_by_rotation(desk: Any, people: Any) -> None:
    desk.keys = Keys.from_master(OLD)
    squatter = desk.sign_in(replace(people.mother, subject="666", level=Level.STANDARD, children=None)).person
    desk.keys = Keys.from_master(NEW, [OLD])
    for one in SEALED:
        desk.run(lambda one=one: reseal_batch(desk.keys, one))
    assert desk.sign_in(people.mother).person != squatter


def test_rotation_repeated_or_with_the_current_key_changes_nothing(desk: Any, people: Any) -> None:
    who = fill(desk, people)
    before = desk.run(lambda: fetch(SEALED[0].model, "SELECT * FROM person ORDER BY id"))
    for one in SEALED:
        assert desk.run(lambda one=one: reseal_batch(desk.keys, one)) is None
    assert desk.run(lambda: fetch(SEALED[0].model, "SELECT * FROM person ORDER BY id")) == before
    assert desk.run(lambda: person(desk.keys, who)).first_name == "Анна"


def test_without_the_old_key_the_error_names_it(desk: Any, people: Any) -> None:
    first = desk.sign_in(people.mother)
    stranger = Keys.from_master(NEW)
    with pytest.raises(UnknownKey, match=desk.keys.current_id):
        desk.run(lambda: link(stranger, first.link))

"""Recovery, operators' readings, incidents, export and erasure of one person (RULES A10, A13, A14, A17, A18)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from identity.claims import Claims, Level
from identity.consent import ConsentText, Purpose, Word
from identity.errors import AlreadyLinked, NotAllowed, NotFound
from identity.model import ActorKind, AuditKind, EdgeRight, LinkState, Missing, PersonId
from identity.store import (
    Side,
    SignInResult,
    access_log,
    act_right,
    delete_expired,
    drop_pending,
    edges,
    erase_person,
    export_person,
    hold_change,
    incident,
    links,
    merge_of,
    merge_persons,
    open_operator_reading,
    open_recovery,
    operator_may_read,
    person,
    record_access,
    say_consent,
    seal_audit,
    sign_recovery,
    take_change,
    use_recovery,
    verify_audit,
)
from tests.unit.identity.crowd import at_once
from tests.unit.identity.school import OFFICER, OGRN, SECOND, School


@pytest.fixture
def mother(desk: Any, people: Any) -> PersonId:
    found: PersonId = desk.sign_in(replace(people.mother, children=(people.petya,))).person
    return found


@pytest.fixture
def child(desk: Any, mother: PersonId) -> PersonId:
    found: PersonId = desk.run(lambda: edges.of_guardian(mother))[0].child
    return found


def new_account(people: Any, **changes: Any) -> Claims:
    plain: Claims = replace(people.mother, system="bank", subject="new", level=Level.UNKNOWN, snils=None, children=None)
    return replace(plain, **changes)


def refused(act: Callable[[], object], reason: str) -> None:
    with pytest.raises(NotAllowed, match=reason):
        act()


def recovery(desk: Any, who: PersonId) -> str:
    id_ = desk.run(lambda: open_recovery(desk.keys, school=OGRN, person=who, officer=OFFICER, document="паспорт 5002", now=desk.now))
    code: str = desk.run(lambda: sign_recovery(desk.keys, id_, SECOND, now=desk.now))
    return code


@pytest.mark.rule("A17")
def test_two_officers_a_document_and_a_code_bring_a_person_back(desk: Any, people: Any, mother: PersonId, child: PersonId) -> None:
    code = recovery(desk, mother)
    done = desk.run(lambda: use_recovery(desk.keys, code, new_account(people), now=desk.now))
    assert (done.person, [link.system for link in done.closed]) == (mother, ["esia"])
    assert desk.sign_in(new_account(people)).person == mother
    for hours, missing in ((0, Missing.RECENT_RECOVERY), (71.9, Missing.RECENT_RECOVERY)):
        at = desk.now + timedelta(hours=hours)
        answer = desk.run(lambda at=at: act_right(desk.keys, mother, child, EdgeRight.PAY, now=at))
        assert answer.missing == (missing,)
    later = desk.now + timedelta(hours=72)
    assert desk.run(lambda: act_right(desk.keys, mother, child, EdgeRight.PAY, now=later)).allowed


@pytest.mark.rule("A17")
def test_a_recovery_code_is_for_one_use_within_a_day(desk: Any, people: Any, mother: PersonId) -> None:
    code = recovery(desk, mother)

    def use(claims: Claims) -> object:
        return desk.run(lambda: use_recovery(desk.keys, code, claims, now=desk.now))

    refused(lambda: use(new_account(people, snils=people.father.snils)), "two_snils")
    use(new_account(people))
    refused(lambda: use(new_account(people, subject="thief")), "code_unknown")
    late = recovery(desk, mother)
    desk.later(hours=24)
    refused(lambda: desk.run(lambda: use_recovery(desk.keys, late, new_account(people, subject="x"), now=desk.now)), "code_unknown")


@pytest.mark.rule("A17")
def test_of_twenty_uses_of_one_recovery_code_one_wins(desk: Any, people: Any, mother: PersonId) -> None:
    code = recovery(desk, mother)
    calls = [lambda n=n: use_recovery(desk.keys, code, new_account(people, subject=f"s{n}"), now=desk.now) for n in range(20)]
    assert sum(not isinstance(one, Exception) for one in at_once(desk, calls)) == 1


@pytest.mark.rule("A17")
@pytest.mark.rule("B5")
def test_nobody_recovers_himself_nor_alone_nor_with_a_foreign_account(desk: Any, people: Any, mother: PersonId, child: PersonId) -> None:
    def opened(officer: PersonId, document: str = "паспорт") -> str:
        found: str = desk.run(
            lambda: open_recovery(desk.keys, school=OGRN, person=mother, officer=officer, document=document, now=desk.now)
        )
        return found

    for officer, document, reason in ((mother, "паспорт", "own_family"), (child, "паспорт", "own_family"), (OFFICER, "", "no_document")):
        refused(partial(opened, officer, document), reason)
    id_ = opened(OFFICER)
    for officer, reason in ((OFFICER, "same_officer"), (child, "own_family")):
        refused(partial(desk.run, partial(sign_recovery, desk.keys, id_, officer, now=desk.now)), reason)
    code = desk.run(lambda: sign_recovery(desk.keys, id_, SECOND, now=desk.now))
    desk.sign_in(new_account(people, subject="father's"))
    with pytest.raises(AlreadyLinked):
        desk.run(lambda: use_recovery(desk.keys, code, new_account(people, subject="father's"), now=desk.now))


@pytest.mark.rule("A10")
@pytest.mark.security("24")
def test_a_pending_change_is_taken_once_by_its_own_session(desk: Any, mother: PersonId, child: PersonId) -> None:
    first = desk.run(lambda: hold_change(desk.keys, mother, session="s", kind="phone", value="+79990000001", now=desk.now))
    second = desk.run(lambda: hold_change(desk.keys, mother, session="s", kind="phone", value="+79990000002", now=desk.now))

    def take(who: PersonId, id_: str, session: str) -> Any:
        return desk.run(lambda: take_change(desk.keys, who, id_, session=session, now=desk.now))

    for who, id_, session in ((mother, first.id, "s"), (mother, second.id, "t"), (child, second.id, "s")):
        with pytest.raises(NotFound):
            take(who, id_, session)
    assert take(mother, second.id, "s").value == "+79990000002"
    with pytest.raises(NotFound):
        take(mother, second.id, "s")
    desk.run(lambda: hold_change(desk.keys, mother, session="s", kind="email", value="a@b.example", now=desk.now))
    assert desk.run(lambda: drop_pending(mother, session="t")) == ()
    assert [one.kind for one in desk.run(lambda: drop_pending(mother, session="s"))] == ["email"]


@pytest.mark.rule("A13")
def test_an_operator_reads_with_a_reason_for_half_an_hour_in_sight_of_the_guardians(desk: Any, mother: PersonId, child: PersonId) -> None:
    def ask(reason: str) -> Any:
        return desk.run(
            lambda: open_operator_reading(desk.keys, operator="op-7", name="Операторов П.", child=child, reason=reason, now=desk.now)
        )

    for reason in ("", "надо", "проверка", "   а б   "):
        refused(partial(ask, reason), "reason_missing")
    assert not desk.run(lambda: operator_may_read("op-7", child, now=desk.now))
    desk.later(minutes=1)
    opened = ask("Обращение родителя 4471")
    assert opened.tell == (mother,)
    assert desk.run(lambda: operator_may_read("op-7", child, now=desk.now))
    assert not desk.run(lambda: operator_may_read("op-8", child, now=desk.now))
    (entry, *_) = desk.run(lambda: access_log(desk.keys, mother, child, now=desk.now))
    assert (entry.name, entry.post, entry.reason) == ("Операторов П.", "оператор", "Обращение родителя 4471")
    desk.later(minutes=30)
    assert not desk.run(lambda: operator_may_read("op-7", child, now=desk.now))


@pytest.mark.rule("A18")
def test_an_incident_names_whom_it_touched_between_two_times(desk: Any, mother: PersonId, child: PersonId) -> None:
    other = School(desk).pupil()
    desk.later(days=1)
    begun = desk.now

    def read(actor: str, whom: PersonId, kind: AuditKind = AuditKind.READ) -> None:
        desk.run(lambda: record_access(desk.keys, actor=actor, actor_kind=ActorKind.STAFF, subject=whom, page="p", kind=kind, now=desk.now))

    read("thief", child)
    desk.later(minutes=5)
    read("thief", child)
    read("thief", child, AuditKind.EXPORT)
    read("clerk", other)
    ended = desk.later(minutes=5)
    desk.later(hours=1)
    read("thief", other)
    every = {one.person: one for one in desk.run(lambda: incident(begun, ended))}
    assert set(every) == {child, other}
    assert (every[child].reads, every[child].exports, every[child].actors) == (2, 1, ("thief",))
    assert [one.person for one in desk.run(lambda: incident(begun, ended, actors=("thief",)))] == [child]
    touched_late = desk.run(lambda: incident(begun + timedelta(minutes=4), ended, actors=("thief",)))
    assert touched_late[0].reads == 2, "an event whose span meets the window counts whole"
    assert desk.run(lambda: incident(begun - timedelta(hours=2), begun - timedelta(hours=1))) == ()


@pytest.mark.rule("A5b")
@pytest.mark.rule("A14")
def test_an_export_tells_everything_of_mine_and_no_contact_of_another_adult(
    desk: Any, people: Any, mother: PersonId, child: PersonId
) -> None:
    father = desk.sign_in(people.father).person
    text = ConsentText(purpose=Purpose.PHOTO, version="1", operator="Школа")
    for giver in (mother, father):
        desk.run(lambda giver=giver: say_consent(desk.keys, giver, child, text, Word.GIVEN, now=desk.now))
    mine = desk.run(lambda: export_person(desk.keys, mother, by=mother, now=desk.now))
    assert mine["contacts"][0]["value"] == "+79265550101"
    assert [one["system"] for one in mine["sign_ins"]] == ["esia"]
    assert mine["children"][0]["who"]["first_name"] == "Пётр"
    of_child = json.dumps(desk.run(lambda: export_person(desk.keys, child, by=father, now=desk.now)), ensure_ascii=False)
    assert "Анна" in of_child
    for secret in ("79265550101", people.mother.snils.digits, people.mother.subject, "1985-01-02", people.petya.snils.digits):
        assert secret not in of_child
    assert of_child.count('"purpose"') == 1, "the other guardian's consent is not told"


@pytest.mark.rule("A13")
@pytest.mark.rule("A14")
def test_an_erasure_leaves_opaque_ids_a_whole_chain_and_the_restriction(desk: Any, people: Any, mother: PersonId, child: PersonId) -> None:
    school = School(desk)
    father = desk.sign_in(people.father).person
    school.restrict(child, guardian=father)
    desk.run(
        lambda: record_access(
            desk.keys, actor="op", actor_kind=ActorKind.OPERATOR, subject=father, page="p", parts={"name": "Тайнов"}, now=desk.now
        )
    )
    desk.run(lambda: seal_audit(desk.keys, now=desk.now))
    desk.run(lambda: erase_person(desk.keys, father, by=father, now=desk.now))
    gone = desk.run(lambda: person(desk.keys, father))
    assert (gone.state, gone.first_name, gone.snils, gone.birth_date) == ("closed", "", None, None)
    assert "Тайнов" not in repr(desk.run(lambda: access_log(desk.keys, father, father, now=desk.now)))
    assert desk.run(lambda: links.of_persons(desk.keys, father)) == ()
    desk.run(lambda: seal_audit(desk.keys, now=desk.now))
    assert desk.run(lambda: verify_audit(desk.keys)).ok
    back = desk.sign_in(people.father)
    assert (back.result, back.person == father) == (SignInResult.CREATED, False)
    assert not school.sees(back.person, child), "a new record of the same human is met by the same restriction"
    with pytest.raises(NotFound):
        desk.run(lambda: erase_person(desk.keys, father, by=father, now=desk.now))
    assert school.sees(mother, child)


@pytest.mark.rule("A11")
def test_an_erased_persons_account_is_free_again(desk: Any, people: Any, mother: PersonId) -> None:
    desk.run(lambda: erase_person(desk.keys, mother, by=mother, now=desk.now))
    again = desk.sign_in(people.mother)
    assert again.result is SignInResult.CREATED
    assert desk.run(lambda: links.link(desk.keys, again.link)).state is LinkState.ACTIVE


@pytest.mark.rule("A18")
def test_what_only_served_for_a_while_goes_and_a_card_keeps_its_child(desk: Any, people: Any, mother: PersonId, child: PersonId) -> None:
    school = School(desk)
    assert school.pupil("Ёлкин", "Пётр", people.petya.birth_date, people.petya.snils) == child
    school.code(child)
    school.redeem(mother, "AAAA-AAAA-AAAA")
    desk.run(lambda: hold_change(desk.keys, mother, session="s", kind="phone", value="+7", now=desk.now))
    recovery(desk, mother)
    weak = desk.sign_in(new_account(people)).person
    fresh = [Side(person=who, auth_time=desk.now) for who in (mother, weak)]
    merged = desk.run(lambda: merge_persons(desk.keys, *fresh, now=desk.now))
    desk.run(lambda: edges.end([edge.id for edge in edges.of_child(child)], now=desk.now))
    desk.later(days=15)
    assert desk.run(lambda: delete_expired(now=desk.now)).notes == 4
    assert desk.run(lambda: merge_of(merged.id)).state == "final"
    desk.later(days=500)
    assert desk.run(lambda: delete_expired(now=desk.now)).notes == 3
    assert desk.run(lambda: person(desk.keys, child)).state == "active"

"""Codes in the store: shown once, used once, one answer for every failure, tries counted, parallel redeems (RULES A7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from identity.claims import Level
from identity.errors import NotAllowed, NotFound
from identity.invitations import CodeState
from identity.model import EdgeRight, EdgeState, EvidenceKind, Missing, PersonId
from identity.store import (
    Redeemed,
    act_right,
    codes_of,
    edges,
    forget_tries,
    freeze_edges,
    issue_code,
    issue_codes,
    kill_code,
    redeem_code,
)
from identity.store.rows import fetch
from identity.store.school.tables import CodeRow, TryRow
from tests.unit.identity.crowd import at_once
from tests.unit.identity.school import OFFICER, OGRN, School

WRONG = "AAAA-AAAA-AAAA"


@pytest.fixture
def school(desk: Any) -> School:
    return School(desk)


@pytest.fixture
def mother(desk: Any, people: Any) -> PersonId:
    found: PersonId = desk.sign_in(replace(people.mother, children=())).person
    return found


@pytest.mark.rule("A5")
@pytest.mark.rule("A7")
@pytest.mark.feature("F067")
def test_a_code_makes_a_guardian_who_sees_but_neither_acts_nor_pays(desk: Any, school: School, mother: PersonId) -> None:
    child = school.pupil()
    done = school.redeem(mother, school.code(child).lower().replace("-", " "), "СИДОРОВ", "олег")
    assert (done.result, done.child) == (Redeemed.DONE, child)
    assert done.edge is not None
    assert (done.edge.edge.state, done.edge.edge.evidence.kind) == (EdgeState.ACTIVE, EvidenceKind.INVITATION_CODE)
    assert school.sees(mother, child)
    for right in (EdgeRight.ACT, EdgeRight.PAY):
        answer = desk.run(lambda right=right: act_right(desk.keys, mother, child, right, now=desk.now))
        assert answer.missing == (Missing.RIGHT_NOT_GIVEN,)


@pytest.mark.rule("A5")
def test_a_code_waits_for_a_confirmed_account_and_then_works_without_another(desk: Any, people: Any, school: School) -> None:
    claims = replace(people.mother, level=Level.STANDARD, children=None)
    who = desk.sign_in(claims).person
    child = school.pupil()
    done = school.redeem(who, school.code(child))
    assert done.edge is not None
    assert done.edge.edge.state is EdgeState.WAITING
    assert not school.sees(who, child)
    later = desk.sign_in(replace(people.mother, children=None))
    assert [change.change for change in later.edges] == ["activated"]
    assert school.sees(who, child)


@pytest.mark.rule("A7")
@pytest.mark.security("30")
def test_every_failure_has_one_answer(desk: Any, people: Any, school: School, mother: PersonId) -> None:
    child, other = school.pupil(), school.pupil("Петров", "Иван")
    used, killed, reprinted = school.code(child), school.code(other), ""
    assert school.redeem(mother, used).result is Redeemed.DONE
    reprinted, _ = killed, school.code(other)
    father = desk.sign_in(replace(people.father, children=())).person
    answers = [
        school.redeem(father, used),
        school.redeem(father, reprinted, "Петров", "Иван"),
        school.redeem(father, WRONG),
        school.redeem(father, "no code at all"),
        school.redeem(father, school.code(child), "Сидоров", "Ольга"),
        school.redeem(father, school.code(child), "Никто", "Никакой"),
    ]
    desk.later(days=31)
    code = school.code(child)
    desk.later(days=10, minutes=1)
    answers.append(school.redeem(father, code))
    assert {replace(one, delay_s=0) for one in answers} == {replace(answers[2], delay_s=0)}
    assert answers[2].result is Redeemed.REFUSED


@pytest.mark.rule("A7")
@pytest.mark.security("29")
def test_after_ten_wrong_tries_even_the_right_code_is_429(desk: Any, school: School, mother: PersonId) -> None:
    child = school.pupil()
    code = school.code(child)
    for number in range(10):
        assert school.redeem(mother, WRONG, "Кто", f"То{number}", address=f"198.51.100.{number}").result is Redeemed.REFUSED
    late = school.redeem(mother, code, address="198.51.100.99")
    assert late.result is Redeemed.LIMITED
    assert 0 < late.retry_after_s <= 3600
    desk.later(hours=1, seconds=1)
    assert school.redeem(mother, code, address="198.51.100.99").result is Redeemed.DONE


@pytest.mark.rule("A7")
@pytest.mark.security("29")
def test_fifty_networks_help_nobody_and_a_network_is_counted_over_accounts(desk: Any, people: Any, school: School) -> None:
    code = school.code(school.pupil())
    accounts = [
        desk.sign_in(replace(people.mother, subject=f"9{n}", snils=people.snils(180_000_000 + n), children=())).person for n in range(11)
    ]
    for account in accounts[:10]:
        assert school.redeem(account, WRONG, address="198.51.100.5").result is Redeemed.REFUSED
    assert school.redeem(accounts[10], code, address="198.51.100.5").result is Redeemed.LIMITED
    guesser = accounts[0]
    results = [school.redeem(guesser, WRONG, address=f"192.0.2.{n}").result for n in range(50)]
    assert results == [Redeemed.REFUSED] * 9 + [Redeemed.LIMITED] * 41


@pytest.mark.rule("A7")
@pytest.mark.security("29")
def test_a_success_does_not_reset_the_networks_count(desk: Any, people: Any, school: School, mother: PersonId) -> None:
    father = desk.sign_in(replace(people.father, children=())).person
    for _ in range(9):
        school.redeem(father, WRONG)
    assert school.redeem(mother, school.code(school.pupil())).result is Redeemed.DONE
    stranger = desk.sign_in(replace(people.mother, subject="5", snils=people.snils(180_000_077), children=())).person
    assert school.redeem(stranger, WRONG).result is Redeemed.REFUSED
    assert school.redeem(stranger, WRONG).result is Redeemed.LIMITED


@pytest.mark.rule("A7")
def test_the_count_per_name_only_slows_down_existing_or_not(desk: Any, people: Any, school: School, mother: PersonId) -> None:
    child = school.pupil()
    code = school.code(child)
    delays: dict[str, list[float]] = {"Сидоров": [], "Никто": []}
    for last, mine in delays.items():
        for n in range(13):
            who = desk.sign_in(replace(people.mother, subject=f"{last}{n}", snils=None, level=Level.STANDARD, children=None)).person
            mine.append(school.redeem(who, WRONG, last, address=f"192.0.2.{n + 20 * len(last)}").delay_s)
    assert delays["Сидоров"] == delays["Никто"]
    assert delays["Никто"][-1] > delays["Никто"][0] == 0
    done = school.redeem(mother, code, address="192.0.2.250")
    assert done.result is Redeemed.DONE
    assert done.delay_s > 0


@pytest.mark.rule("A7")
def test_a_reprint_kills_the_old_code_and_the_office_never_sees_one_again(desk: Any, school: School, mother: PersonId) -> None:
    child = school.pupil()
    old, new = school.code(child), school.code(child)
    assert school.redeem(mother, old).result is Redeemed.REFUSED
    assert school.redeem(mother, new).result is Redeemed.DONE
    listed = desk.run(lambda: codes_of(child, now=desk.now))
    assert sorted(one.state for one in listed) == [CodeState.KILLED, CodeState.USED]
    stored = repr(desk.run(lambda: fetch(CodeRow, "SELECT * FROM invitation_code")))
    assert new.replace("-", "") not in stored
    assert new not in stored


@pytest.mark.rule("A7")
def test_a_lost_slip_is_killed(desk: Any, school: School, mother: PersonId) -> None:
    child = school.pupil()
    code = school.code(child)
    assert desk.run(lambda: kill_code(child, OFFICER, now=desk.now))
    assert not desk.run(lambda: kill_code(child, OFFICER, now=desk.now))
    assert school.redeem(mother, code).result is Redeemed.REFUSED


@pytest.mark.rule("A7")
@pytest.mark.feature("F069")
def test_a_second_code_after_activation_changes_nothing(desk: Any, school: School, mother: PersonId) -> None:
    child = school.pupil()
    first = school.redeem(mother, school.code(child))
    again = school.redeem(mother, school.code(child))
    assert (again.result, again.edge.edge.id if again.edge else None) == (Redeemed.DONE, first.edge.edge.id if first.edge else None)


@pytest.mark.rule("B5")
def test_nobody_prints_for_an_own_child_nor_for_a_pupil_of_another_school(desk: Any, school: School, mother: PersonId) -> None:
    child = school.pupil()
    school.redeem(mother, school.code(child))
    with pytest.raises(NotAllowed, match="own_family"):
        desk.run(lambda: issue_code(desk.keys, school=OGRN, child=child, officer=mother, now=desk.now))
    with pytest.raises(NotFound):
        desk.run(lambda: issue_code(desk.keys, school="other", child=child, officer=OFFICER, now=desk.now))
    slips = desk.run(lambda: issue_codes(desk.keys, school=OGRN, children=[child], officer=OFFICER, now=desk.now))
    assert [slip.shown_name for slip in slips] == ["Олег С."]


@pytest.mark.rule("A5")
def test_no_code_thaws_who_was_frozen(desk: Any, people: Any, school: School, mother: PersonId) -> None:
    child = school.pupil()
    father = desk.sign_in(replace(people.father, children=())).person
    school.redeem(mother, school.code(child))
    told = school.redeem(father, school.code(child))
    assert told.edge is not None
    assert told.edge.tell == (mother,)
    desk.run(lambda: freeze_edges(desk.keys, mother, father, child, now=desk.now))
    assert not school.sees(father, child)
    assert school.redeem(father, school.code(child)).result is Redeemed.REFUSED
    assert not school.sees(father, child)


@pytest.mark.rule("A7")
@pytest.mark.rule("A12")
def test_of_twenty_who_redeem_one_code_one_wins(desk: Any, people: Any, school: School) -> None:
    child = school.pupil()
    code = school.code(child)
    accounts = [
        desk.sign_in(replace(people.mother, subject=f"7{n}", snils=people.snils(190_000_000 + n), children=())).person for n in range(20)
    ]
    calls = [
        lambda who=who, n=n: redeem_code(
            desk.keys, who, last_name="Сидоров", first_name="Олег", code=code, address=f"192.0.2.{n}", now=desk.now
        )
        for n, who in enumerate(accounts)
    ]
    results = [one.result for one in at_once(desk, calls)]
    assert sorted(results) == [Redeemed.DONE] + [Redeemed.REFUSED] * 19
    assert len(desk.run(lambda: edges.of_child(child))) == 1


@pytest.mark.rule("A7")
@pytest.mark.security("29")
def test_twenty_parallel_wrong_tries_are_ten_and_no_more(desk: Any, school: School, mother: PersonId) -> None:
    calls = [
        lambda n=n: redeem_code(desk.keys, mother, last_name="А", first_name="Б", code=WRONG, address=f"192.0.2.{n}", now=desk.now)
        for n in range(20)
    ]
    results = [one.result for one in at_once(desk, calls)]
    assert sorted(results) == [Redeemed.LIMITED] * 10 + [Redeemed.REFUSED] * 10


@pytest.mark.rule("A7")
def test_of_parallel_reprints_one_code_lives(desk: Any, school: School) -> None:
    child = school.pupil()
    call = lambda: issue_code(desk.keys, school=OGRN, child=child, officer=OFFICER, now=desk.now)  # noqa: E731 - one use
    at_once(desk, [call] * 8)
    assert sum(one.state is CodeState.ACTIVE for one in desk.run(lambda: codes_of(child, now=desk.now))) == 1


def test_old_counts_are_forgotten_and_tell_no_name_or_address(desk: Any, school: School, mother: PersonId) -> None:
    school.redeem(mother, WRONG, "Сидоров", address="198.51.100.7")
    stored = repr(desk.run(lambda: fetch(TryRow, "SELECT * FROM code_try")))
    assert "198.51" not in stored
    assert "сидоров" not in stored
    desk.later(hours=3)
    assert desk.run(lambda: forget_tries(now=desk.now)) == 3

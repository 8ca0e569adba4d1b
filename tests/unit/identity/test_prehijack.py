"""The five pre-hijacking classes against Gosuslugi, VK ID, invitation code and SNILS: twenty rows (RULES A10)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from identity.claims import Claims, Contact, Level
from identity.errors import NotAllowed, NotFound
from identity.model import (
    EdgeState,
    Evidence,
    EvidenceKind,
    LinkRole,
    LinkState,
    PersonId,
    SnilsProof,
)
from identity.store import (
    BindIntent,
    NewLink,
    Redeemed,
    SignInResult,
    attach_account,
    bind_profile,
    children_of,
    edges,
    hold_change,
    links,
    offer_delegation,
    person,
    take_change,
)
from identity.store.family.tables import DelegationRow
from tests.unit.identity.school import School

Attack = Callable[[Any, Any], None]


def squat(people: Any, **changes: Any) -> Claims:
    """The attacker's account in the victim's name, with the victim's phone: nobody vouches for any of it."""
    plain: Claims = replace(people.mother, system="vkid", subject="attacker", level=Level.UNKNOWN, snils=None, children=None)
    return replace(plain, **changes)


def sees_nobody(desk: Any, who: PersonId) -> bool:
    return not desk.run(lambda: children_of(desk.keys, who, now=desk.now))


def merged_with_esia(desk: Any, people: Any) -> None:
    attacker = desk.sign_in(squat(people)).person
    victim = desk.sign_in(people.mother)
    assert (victim.result, victim.person == attacker) == (SignInResult.CREATED, False)


def merged_with_vkid(desk: Any, people: Any) -> None:
    attacker = desk.sign_in(squat(people, system="bank")).person
    assert desk.sign_in(squat(people, subject="victim")).person != attacker


def merged_with_code(desk: Any, people: Any) -> None:
    school, attacker = School(desk), desk.sign_in(squat(people)).person
    child = school.pupil()
    school.redeem(attacker, school.code(child))
    victim = desk.sign_in(replace(people.mother, children=())).person
    assert school.redeem(victim, school.code(child)).result is Redeemed.DONE
    assert victim != attacker
    assert not school.sees(attacker, child)


def merged_with_snils(desk: Any, people: Any) -> None:
    school = School(desk)
    child = school.pupil()
    school.guardian(child, people.mother.snils, "Ёлкина", "Анна")
    attacker = desk.sign_in(squat(people, snils=people.mother.snils, level=Level.STANDARD, system="esia")).person
    assert sees_nobody(desk, attacker)
    victim = desk.sign_in(people.mother).person
    assert victim != attacker
    assert school.sees(victim, child)


def upgraded(desk: Any, people: Any) -> tuple[PersonId, Any]:
    """A weak record of the attacker into which the victim brings the strong identity."""
    attacker = desk.sign_in(squat(people)).person
    return attacker, desk.sign_in(people.mother, into=attacker)


def session_after_esia(desk: Any, people: Any) -> None:
    _, outcome = upgraded(desk, people)
    assert outcome.strong_added, "the hub ends every other session on this word"


def session_after_vkid(desk: Any, people: Any) -> None:
    _, outcome = upgraded(desk, people)
    assert [link.system for link in outcome.suspended] == ["vkid"]
    assert desk.sign_in(squat(people)).result is SignInResult.REVIEW


def session_after_code(desk: Any, people: Any) -> None:
    school, attacker = School(desk), desk.sign_in(squat(people)).person
    child = school.pupil()
    assert school.redeem(attacker, school.code(child)).edge.edge.state is EdgeState.WAITING  # type: ignore[union-attr]  # DONE has an edge
    assert not school.sees(attacker, child)


def session_after_snils(desk: Any, people: Any) -> None:
    school = School(desk)
    child = school.pupil()
    school.guardian(child, people.mother.snils, "Ёлкина", "Анна")
    _, outcome = upgraded(desk, people)
    assert outcome.strong_added
    assert child in {change.edge.child for change in outcome.edges}


def trojan_into_esia(desk: Any, people: Any) -> None:
    attacker = desk.sign_in(squat(people)).person
    evidence = Evidence(kind=EvidenceKind.BOTH_SIDES_LOGIN, at=desk.now, by=attacker, source="dnevnik")
    new = NewLink(system="dnevnik", subject="trojan", person=attacker, opened_by=attacker, evidence=evidence)
    desk.run(lambda: attach_account(desk.keys, new, now=desk.now))
    outcome = desk.sign_in(people.mother, into=attacker)
    assert {link.system for link in outcome.suspended} == {"vkid", "dnevnik"}
    assert desk.run(lambda: links.find(desk.keys, "dnevnik", "", "trojan")).state is LinkState.SUSPENDED


def trojan_into_vkid(desk: Any, people: Any) -> None:
    victim = desk.sign_in(people.mother).person
    attacker = desk.sign_in(squat(people, subject="a", system="bank")).person
    intent = BindIntent(initiator=attacker, person=victim, role=LinkRole.PARENT)
    outcome = desk.run(lambda: bind_profile(desk.keys, squat(people), intent, session_person=attacker, now=desk.now))
    assert outcome.reason == "relation_unproven"


def trojan_into_code(desk: Any, people: Any) -> None:
    school = School(desk)
    child = school.pupil()
    outcome = desk.sign_in(squat(people), into=child)
    assert (outcome.result, outcome.reason) == (SignInResult.REVIEW, "record_of_school")


def trojan_into_snils(desk: Any, people: Any) -> None:
    school = School(desk)
    school.pupil("Ёлкина", "Анна", people.mother.birth_date, people.mother.snils)
    outcome = desk.sign_in(squat(people, snils=people.mother.snils, system="esia", level=Level.STANDARD))
    assert outcome.result is SignInResult.CREATED
    assert desk.run(lambda: person(desk.keys, outcome.person)).snils_proof is SnilsProof.UNPROVEN


def change_before(desk: Any, people: Any) -> tuple[PersonId, Any]:
    attacker = desk.sign_in(squat(people)).person
    return attacker, desk.run(lambda: hold_change(desk.keys, attacker, session="theirs", kind="phone", value="+79990000000", now=desk.now))


def dies(desk: Any, who: PersonId, change: Any, session: str = "theirs") -> None:
    with pytest.raises(NotFound):
        desk.run(lambda: take_change(desk.keys, who, change.id, session=session, now=desk.now))


def change_and_esia(desk: Any, people: Any) -> None:
    attacker, change = change_before(desk, people)
    outcome = desk.sign_in(people.mother, into=attacker)
    assert [one.kind for one in outcome.dropped] == ["phone"]
    dies(desk, attacker, change)


def change_and_vkid(desk: Any, people: Any) -> None:
    attacker, change = change_before(desk, people)
    dies(desk, attacker, change, session="another")
    desk.later(hours=25)
    dies(desk, attacker, change)


def change_and_code(desk: Any, people: Any) -> None:
    """What was lent before the proof is dropped with it."""
    school, attacker = School(desk), desk.sign_in(replace(people.mother, level=Level.STANDARD, snils=None, children=None)).person
    child = school.pupil()
    school.redeem(attacker, school.code(child))
    with pytest.raises(NotAllowed, match="not_yours_to_lend"):
        desk.run(lambda: offer_delegation(desk.keys, attacker, child, until=desk.now + timedelta(days=9), now=desk.now))
    lent = DelegationRow(id="d", giver=attacker, child=child, state="active", delegate="friend", created_at=desk.now)
    desk.run(lambda: lent.save(force_insert=True))
    first = desk.sign_in(replace(people.mother, children=None))
    assert first.strong_added
    assert [one.delegate for one in first.delegations] == ["friend"]


def change_and_snils(desk: Any, people: Any) -> None:
    attacker, change = change_before(desk, people)
    victim = desk.sign_in(people.mother).person
    dies(desk, victim, change)
    assert attacker != victim


def unverifying_esia(desk: Any, people: Any) -> None:
    victim = desk.sign_in(people.mother).person
    weak = desk.sign_in(replace(people.mother, subject="2", level=Level.STANDARD, children=None))
    assert weak.person != victim
    assert [offer.person for offer in weak.offers] == [victim]


def unverifying_vkid(desk: Any, people: Any) -> None:
    victim = desk.sign_in(people.mother).person
    phones = (Contact(value="+79265550101", verified=True),)
    attacker = desk.sign_in(squat(people, phones=phones))
    assert attacker.person != victim
    assert sees_nobody(desk, attacker.person)


def unverifying_code(desk: Any, people: Any) -> None:
    school, attacker = School(desk), desk.sign_in(squat(people, last_name="Сидоров", first_name="Олег", birth_date=None)).person
    child = school.pupil()
    assert sees_nobody(desk, attacker)
    assert school.redeem(attacker, "AAAA-AAAA-AAAA").result is Redeemed.REFUSED
    assert desk.run(lambda: edges.of_child(child)) == ()


def unverifying_snils(desk: Any, people: Any) -> None:
    school = School(desk)
    child = school.pupil()
    school.guardian(child, people.mother.snils, "Ёлкина", "Анна")
    attacker = desk.sign_in(squat(people, system="bank", level=Level.CONFIRMED, snils=people.mother.snils)).person
    assert sees_nobody(desk, attacker)


ROWS: dict[str, tuple[str, dict[str, Attack]]] = {
    "classic-federated merge": (
        "21",
        {"esia": merged_with_esia, "vkid": merged_with_vkid, "code": merged_with_code, "snils": merged_with_snils},
    ),
    "unexpired session": (
        "22",
        {"esia": session_after_esia, "vkid": session_after_vkid, "code": session_after_code, "snils": session_after_snils},
    ),
    "trojan identifier": (
        "23",
        {"esia": trojan_into_esia, "vkid": trojan_into_vkid, "code": trojan_into_code, "snils": trojan_into_snils},
    ),
    "unexpired change": (
        "24",
        {"esia": change_and_esia, "vkid": change_and_vkid, "code": change_and_code, "snils": change_and_snils},
    ),
    "non-verifying provider": (
        "25",
        {"esia": unverifying_esia, "vkid": unverifying_vkid, "code": unverifying_code, "snils": unverifying_snils},
    ),
}
TWENTY = [
    pytest.param(attack, id=f"{row}: {name} x {identity}") for name, (row, attacks) in ROWS.items() for identity, attack in attacks.items()
]


def test_the_table_has_twenty_rows() -> None:
    assert len(TWENTY) == 20


@pytest.mark.rule("A10")
@pytest.mark.security("21")
@pytest.mark.security("22")
@pytest.mark.security("23")
@pytest.mark.security("24")
@pytest.mark.security("25")
@pytest.mark.parametrize("attack", TWENTY)
def test_who_came_first_keeps_nothing_of_who_proves_it(desk: Any, people: Any, attack: Attack) -> None:
    attack(desk, people)

"""The order of decision at a sign-in (RULES A3), as a table of who is known and what the claims say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from identity.claims import Claims, Contact, Level
from identity.linking import (
    EXITS,
    Attach,
    AttachBy,
    Create,
    Known,
    Offer,
    Review,
    ReviewReason,
    SignInFacts,
    SnilsHolder,
    WeakMatch,
    decide,
    evidence_of,
    is_fresh,
)
from identity.model import (
    AccountLink,
    Evidence,
    EvidenceKind,
    LinkId,
    LinkRole,
    LinkState,
    LinkUse,
    Person,
    PersonId,
    SnilsProof,
    Strength,
)
from identity.snils import Snils

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MINE, OTHERS = Snils("112-233-445 95"), Snils("001-001-998 00")
ANNA = PersonId("anna")
pytestmark = pytest.mark.rule("A3")


def claims(**changes: Any) -> Claims:
    plain = Claims(
        system="esia", subject="1", level=Level.CONFIRMED, last_name="Ёлкина", first_name="Анна", birth_date=date(1985, 1, 2), snils=MINE
    )
    return replace(plain, **changes)


def person(**changes: Any) -> Person:
    plain = Person(
        id=ANNA,
        last_name="Елкина",
        first_name="АННА",
        birth_date=date(1985, 1, 2),
        snils=MINE,
        snils_proof=SnilsProof.VERIFIED,
        level=Level.CONFIRMED,
    )
    return replace(plain, **changes)


def link(owner: PersonId = ANNA, **changes: Any) -> AccountLink:
    plain = AccountLink(
        id=LinkId("l1"),
        system="esia",
        tenant="",
        subject="1",
        person=owner,
        opened_by=owner,
        use=LinkUse.SIGN_IN,
        role=LinkRole.PARENT,
        state=LinkState.ACTIVE,
        evidence=Evidence(kind=EvidenceKind.ESIA_CONFIRMED, at=NOW, by="anna", strength=Strength.STRONG),
    )
    return replace(plain, **changes)


def test_a_known_link_is_that_person() -> None:
    assert decide(claims(), SignInFacts(link=link(), linked=person())) == Known(person=ANNA, link=LinkId("l1"))


def test_a_known_link_comes_before_an_equal_snils_elsewhere_only_as_a_review() -> None:
    other = SnilsHolder(person=person(id=PersonId("other")))
    decision = decide(claims(), SignInFacts(link=link(), linked=person(snils=None, snils_proof=SnilsProof.NONE), holder=other))
    assert isinstance(decision, Review)
    assert decision.reason is ReviewReason.SNILS_OF_OTHER_PERSON


@pytest.mark.parametrize("level", list(Level))
def test_a_known_link_whose_snils_now_differs_opens_no_session(level: Level) -> None:
    decision = decide(claims(snils=OTHERS, level=level), SignInFacts(link=link(), linked=person()))
    assert isinstance(decision, Review)
    assert decision.reason is ReviewReason.SNILS_CHANGED


def test_a_known_link_without_a_snils_in_the_claims_stays_known() -> None:
    assert isinstance(decide(claims(snils=None), SignInFacts(link=link(), linked=person())), Known)


@pytest.mark.security("26")
def test_changed_phone_mail_and_name_leave_the_known_link_known() -> None:
    moved = claims(last_name="Новая", phones=(Contact(value="+79990000000"),), emails=(Contact(value="a@b.example"),))
    assert isinstance(decide(moved, SignInFacts(link=link(), linked=person())), Known)


@pytest.mark.rule("A10")
def test_a_suspended_link_opens_no_session() -> None:
    decision = decide(claims(), SignInFacts(link=link(state=LinkState.SUSPENDED), linked=person()))
    assert decision == Review(reason=ReviewReason.LINK_SUSPENDED, person=ANNA)


PROOFS = {
    SnilsProof.VERIFIED: AttachBy.VERIFIED_SNILS,
    SnilsProof.GOSUSLUGI_CHILD: AttachBy.VERIFIED_SNILS,
    SnilsProof.SCHOOL_CARD: AttachBy.SCHOOL_CARD,
    SnilsProof.UNPROVEN: None,
    SnilsProof.NONE: None,
}


@pytest.mark.parametrize(("proof", "by"), PROOFS.items())
@pytest.mark.parametrize("level", list(Level))
def test_an_equal_snils_attaches_only_when_both_sides_are_proven(level: Level, proof: SnilsProof, by: AttachBy | None) -> None:
    decision = decide(claims(level=level), SignInFacts(holder=SnilsHolder(person=person(snils_proof=proof))))
    if level is Level.CONFIRMED and by is not None:
        assert decision == Attach(person=ANNA, by=by)
    else:
        assert decision == Create()


@pytest.mark.security("25")
@pytest.mark.parametrize("system", ["vkid", "max", "mosru", "dnevnik", "ESIA"])
def test_only_gosuslugi_vouches_for_a_snils(system: str) -> None:
    holder = SnilsHolder(person=person())
    assert decide(claims(system=system), SignInFacts(holder=holder)) == Create()
    assert evidence_of(claims(system=system)) == (EvidenceKind.OWN_SIGN_IN, Strength.WEAK)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"last_name": "Иванова"}, ReviewReason.NAMES_DIFFER),
        ({"first_name": "Ольга"}, ReviewReason.NAMES_DIFFER),
        ({"first_name": ""}, ReviewReason.NAMES_DIFFER),
        ({"birth_date": date(1986, 1, 2)}, ReviewReason.BIRTH_DATE_DIFFERS),
    ],
)
def test_a_snils_of_a_school_card_needs_the_names_too(change: dict[str, Any], reason: ReviewReason) -> None:
    decision = decide(claims(**change), SignInFacts(holder=SnilsHolder(person=person(snils_proof=SnilsProof.SCHOOL_CARD))))
    assert decision == Review(reason=reason, person=ANNA)


def test_the_middle_name_and_the_spelling_do_not_matter_there() -> None:
    holder = SnilsHolder(person=person(snils_proof=SnilsProof.SCHOOL_CARD, middle_name="Другая"))
    assert decide(claims(), SignInFacts(holder=holder)) == Attach(person=ANNA, by=AttachBy.SCHOOL_CARD)


@pytest.mark.rule("A17")
def test_a_new_confirmed_account_of_the_same_person_replaces_the_old_one() -> None:
    holder = SnilsHolder(person=person(), sign_ins=(link(subject="old"),))
    assert decide(claims(), SignInFacts(holder=holder)) == Attach(person=ANNA, by=AttachBy.RECOVERY, replaces=(LinkId("l1"),))


@pytest.mark.rule("A17")
def test_a_new_account_with_the_same_snils_and_another_name_is_reviewed() -> None:
    holder = SnilsHolder(person=person(last_name="Совсем", first_name="Другая"), sign_ins=(link(),))
    assert decide(claims(), SignInFacts(holder=holder)) == Review(reason=ReviewReason.NAMES_DIFFER, person=ANNA)


@pytest.mark.security("21")
@pytest.mark.parametrize("by", ["phone", "email", "name_and_birth_date"])
def test_a_weak_match_is_offered_and_never_attached(by: str) -> None:
    weak = (WeakMatch(person=person(snils=None, snils_proof=SnilsProof.NONE), by=by),)
    assert decide(claims(), SignInFacts(weak=weak)) == Create(offers=(Offer(person=ANNA, by=by),))


@pytest.mark.rule("A11")
def test_two_different_verified_snils_are_not_even_offered() -> None:
    weak = (WeakMatch(person=person(snils=OTHERS), by="name_and_birth_date"),)
    assert decide(claims(), SignInFacts(weak=weak)) == Create()


@pytest.mark.rule("A10")
def test_inside_a_weak_session_the_strong_identity_joins_that_person() -> None:
    weak = person(id=PersonId("weak"), snils=None, snils_proof=SnilsProof.NONE, level=Level.UNKNOWN)
    assert decide(claims(), SignInFacts(into=weak)) == Attach(person=PersonId("weak"), by=AttachBy.UPGRADE)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"link": link()}, ReviewReason.LINKED_TO_OTHER_PERSON),
        ({"holder": SnilsHolder(person=person())}, ReviewReason.SNILS_OF_OTHER_PERSON),
    ],
)
def test_a_strong_identity_of_somebody_else_does_not_join_a_weak_session(facts: dict[str, Any], reason: ReviewReason) -> None:
    weak = person(id=PersonId("weak"), snils=None, snils_proof=SnilsProof.NONE)
    assert decide(claims(), SignInFacts(into=weak, linked=person(), **facts)) == Review(reason=reason, person=ANNA)


@pytest.mark.rule("A12")
def test_a_review_has_three_exits() -> None:
    assert [how.value for how in EXITS] == ["sign_in_and_link", "code", "ask_school"]
    assert Review(reason=ReviewReason.NAMES_DIFFER).exits == EXITS


@pytest.mark.rule("A16")
@pytest.mark.parametrize(
    ("ago_s", "fresh"), [(0, True), (299, True), (300, True), (301, False), (86_400, False), (-30, True), (-61, False)]
)
def test_fresh_is_five_minutes_of_the_signed_time(ago_s: int, fresh: bool) -> None:
    assert is_fresh(NOW - timedelta(seconds=ago_s), NOW) is fresh


@pytest.mark.rule("A16")
def test_a_provider_that_signs_no_time_is_never_fresh() -> None:
    assert not is_fresh(None, NOW)

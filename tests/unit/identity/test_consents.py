"""Consents: whose word at which age, one act a purpose, withdrawal, disagreement (RULES A14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from identity.ages import Phase
from identity.consent import Consent, ConsentId, ConsentText, Purpose, Whose, Word, answer, whose
from identity.errors import NotAllowed, NotFound
from identity.model import PersonId
from identity.store import consent_holds, consents_of, edges, say_consent, withdraw_consent
from tests.unit.identity.school import School

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CHILD, MOTHER, FATHER = PersonId("child"), PersonId("mother"), PersonId("father")
TEXT = ConsentText(purpose=Purpose.PHOTO, version="2026-09", operator="МБОУ СОШ № 1", processors=("Хаб",))


@pytest.mark.rule("A14")
@pytest.mark.parametrize(
    ("purpose", "under_14", "from_14"),
    [
        (Purpose.DATA, Whose.GUARDIAN, Whose.PUPIL),
        (Purpose.CONTRACT, Whose.GUARDIAN, Whose.BOTH),
        (Purpose.PAID_SERVICES, Whose.GUARDIAN, Whose.BOTH),
        (Purpose.PHOTO, Whose.GUARDIAN, Whose.BOTH),
        (Purpose.CHAT, Whose.GUARDIAN, Whose.PUPIL),
        (Purpose.SMS, Whose.GUARDIAN, Whose.GUARDIAN),
        (Purpose.DIET, Whose.GUARDIAN, Whose.BOTH),
    ],
)
def test_whose_word_at_which_age(purpose: Purpose, under_14: Whose, from_14: Whose) -> None:
    assert {whose(purpose, one) for one in (Phase.CHILD, Phase.NEARING)} == {under_14}
    assert {whose(purpose, one) for one in (Phase.GRACE, Phase.TEEN, Phase.UNKNOWN)} == {from_14}
    assert whose(purpose, Phase.ADULT) is Whose.PUPIL


def word(giver: PersonId, said: Word = Word.GIVEN, hour: int = 0, **more: Any) -> Consent:
    plain = Consent(
        id=ConsentId(f"{giver}{hour}"), subject=CHILD, giver=giver, purpose=Purpose.PHOTO, word=said, text_version="2026-09",
        at=NOW - timedelta(hours=24 - hour),
    )  # fmt: skip
    return replace(plain, **more)


G, R = Word.GIVEN, Word.REFUSED
GONE: dict[str, Any] = {"withdrawn_at": NOW}


@pytest.mark.rule("A14")
@pytest.mark.parametrize(
    ("words", "where", "holds", "disagree"),
    [
        ([], Phase.CHILD, False, False),
        ([word(MOTHER)], Phase.CHILD, True, False),
        ([word(CHILD)], Phase.CHILD, False, False),
        ([word(PersonId("aunt"))], Phase.CHILD, False, False),
        ([word(MOTHER), word(FATHER)], Phase.CHILD, True, False),
        ([word(MOTHER), word(FATHER, R)], Phase.CHILD, False, True),
        ([word(MOTHER), word(FATHER, **GONE)], Phase.CHILD, False, True),
        ([word(MOTHER, **GONE)], Phase.CHILD, False, False),
        ([word(MOTHER, R), word(MOTHER, G, 1)], Phase.CHILD, True, False),
        ([word(MOTHER, G), word(MOTHER, R, 1)], Phase.CHILD, False, False),
        ([word(MOTHER, valid_until=NOW)], Phase.CHILD, False, False),
        ([word(MOTHER, text_version="2025-09")], Phase.CHILD, False, False),
        ([word(MOTHER, purpose=Purpose.CHAT)], Phase.CHILD, False, False),
        ([word(MOTHER)], Phase.TEEN, False, False),
        ([word(CHILD)], Phase.TEEN, False, False),
        ([word(MOTHER), word(CHILD)], Phase.TEEN, True, False),
        ([word(MOTHER), word(CHILD), word(FATHER, R)], Phase.GRACE, False, True),
        ([word(CHILD)], Phase.ADULT, True, False),
        ([word(CHILD), word(MOTHER, R)], Phase.ADULT, True, False),
    ],
)
def test_the_narrower_word_holds(words: list[Consent], where: Phase, holds: bool, disagree: bool) -> None:
    told = answer(words, subject=CHILD, guardians=(MOTHER, FATHER), purpose=Purpose.PHOTO, where=where, now=NOW, version="2026-09")
    assert (told.holds, told.disagree) == (holds, disagree)
    assert told.holds is not bool(told.missing)


@pytest.fixture
def family(desk: Any, people: Any) -> tuple[PersonId, PersonId, PersonId]:
    mother, father = desk.sign_in(replace(people.mother, children=(people.petya,))).person, desk.sign_in(people.father).person
    return mother, father, desk.run(lambda: edges.of_guardian(father))[0].child


def say(desk: Any, giver: PersonId, child: PersonId, said: Word = Word.GIVEN, **more: Any) -> Consent:
    found: Consent = desk.run(lambda: say_consent(desk.keys, giver, child, replace(TEXT, **more), said, now=desk.now))
    return found


@pytest.mark.rule("A14")
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ({"with_offer": True}, "with_offer"),
        ({"preticked": True}, "preticked"),
        ({"version": " "}, "no_version"),
        ({"operator": ""}, "no_operator"),
        ({"valid_until": NOW - timedelta(days=1)}, "ends_before_it_begins"),
    ],
)
def test_what_is_no_consent_is_not_kept(desk: Any, family: tuple[PersonId, PersonId, PersonId], text: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotAllowed, match=reason):
        say(desk, family[0], family[2], **text)
    assert desk.run(lambda: consents_of(family[2])) == ()


@pytest.mark.rule("A14")
def test_a_word_is_withdrawn_by_its_giver_and_stays_on_record(desk: Any, family: tuple[PersonId, PersonId, PersonId]) -> None:
    mother, father, child = family
    given = say(desk, mother, child)

    def holds() -> Any:
        return desk.run(lambda: consent_holds(desk.keys, child, Purpose.PHOTO, now=desk.now))

    assert holds().holds
    with pytest.raises(NotFound):
        desk.run(lambda: withdraw_consent(given.id, father, now=desk.now))
    withdrawn = [desk.run(lambda: withdraw_consent(given.id, mother, now=desk.later(hours=1))).withdrawn_at for _ in range(2)]
    assert withdrawn[0] == withdrawn[1]
    assert not holds().holds
    (kept,) = desk.run(lambda: consents_of(child))
    assert (kept.word, kept.operator, kept.processors) == (Word.GIVEN, "МБОУ СОШ № 1", ("Хаб",))


@pytest.mark.rule("A14")
@pytest.mark.rule("A5a")
def test_disagreement_is_told_and_a_restricted_guardian_has_no_word(desk: Any, family: tuple[PersonId, PersonId, PersonId]) -> None:
    mother, father, child = family
    say(desk, mother, child)
    say(desk, father, child, Word.REFUSED)
    found = desk.run(lambda: consent_holds(desk.keys, child, Purpose.PHOTO, now=desk.now))
    assert (found.holds, found.disagree) == (False, True)
    School(desk).restrict(child, guardian=father)
    assert desk.run(lambda: consent_holds(desk.keys, child, Purpose.PHOTO, now=desk.now)).holds
    with pytest.raises(NotFound):
        say(desk, father, child)


@pytest.mark.rule("A14")
def test_a_child_under_fourteen_and_a_stranger_have_no_word(desk: Any, people: Any, family: tuple[PersonId, PersonId, PersonId]) -> None:
    child = family[2]
    with pytest.raises(NotAllowed, match="not_yours"):
        say(desk, child, child)
    stranger = desk.sign_in(replace(people.mother, subject="8", snils=people.snils(175_000_001), children=())).person
    with pytest.raises(NotFound):
        say(desk, stranger, child)

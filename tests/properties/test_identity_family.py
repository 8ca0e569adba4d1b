"""Whatever is typed, said or offered: codes read back, consents never grow wider, binding reasons stay total (RULES A7, A9, A14)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.ages import Phase
from identity.claims import Claims, Contact, Level
from identity.consent import Consent, ConsentId, Purpose, Word, answer
from identity.family.alone import ActState, FamilyAct, decide_act
from identity.family.child_login import guardian_may
from identity.invitations import ALPHABET, LENGTH, bound_name, network_of, printed, read_code
from identity.linking.merging import survivor, two_snils
from identity.linking.profiles import BindFacts, BindState, decide_binding
from identity.model import LinkRole, Person, PersonId, SnilsProof
from identity.snils import Snils, checksum

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PEOPLE = [PersonId(name) for name in ("child", "mother", "father")]
codes = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)
born = st.dates(date(1940, 1, 1), date(2026, 11, 1)) | st.none()


@pytest.mark.rule("A7")
@given(codes, st.sampled_from([" ", "-", "\u2013", "\u00a0"]), st.booleans())
def test_a_printed_code_is_read_whatever_stands_between_its_groups(code: str, between: str, lower: bool) -> None:
    typed = printed(code).replace("-", between)
    assert read_code(typed.lower() if lower else typed) == code


@pytest.mark.rule("A7")
@given(st.text(max_size=60))
def test_any_text_is_a_code_of_the_alphabet_or_none(text: str) -> None:
    read = read_code(text)
    assert read == "" or (len(read) == LENGTH and set(read) <= set(ALPHABET))
    assert network_of(text)


@pytest.mark.rule("A7")
@given(st.text(max_size=30), st.text(max_size=30))
def test_a_bound_name_does_not_change_when_read_again(last: str, first: str) -> None:
    once = bound_name(last, first)
    assert bound_name(*once.split("|", 1)) == once or "|" in last + first


words = st.builds(
    lambda giver, said, hours, withdrawn, ends: Consent(
        id=ConsentId(f"{giver}{hours}"),
        subject=PEOPLE[0],
        giver=giver,
        purpose=Purpose.PHOTO,
        word=said,
        text_version="1",
        at=NOW - timedelta(hours=hours),
        withdrawn_at=NOW if withdrawn else None,
        valid_until=NOW + timedelta(hours=ends) if ends else None,
    ),
    st.sampled_from(PEOPLE),
    st.sampled_from(Word),
    st.integers(1, 1000),
    st.booleans(),
    st.integers(-5, 5),
)


@pytest.mark.rule("A14")
@given(st.lists(words, max_size=8, unique_by=lambda one: one.id), st.sampled_from(Phase), st.sampled_from(PEOPLE[1:]))
def test_a_refusal_said_last_by_any_guardian_never_makes_a_consent_wider(said: list[Consent], where: Phase, giver: PersonId) -> None:
    def told(more: list[Consent]) -> bool:
        return answer(more, subject=PEOPLE[0], guardians=PEOPLE[1:], purpose=Purpose.PHOTO, where=where, now=NOW).holds

    last = Consent(id=ConsentId("last"), subject=PEOPLE[0], giver=giver, purpose=Purpose.PHOTO, word=Word.REFUSED, text_version="1", at=NOW)
    assert told([*said, last]) <= told(said)
    assert where is Phase.ADULT or not told([*said, last])


@pytest.mark.rule("A9")
@given(born, born, st.sampled_from(LinkRole), st.booleans(), st.sampled_from(["+79265550101", "+79990000001"]), st.booleans())
def test_a_profile_is_bound_only_when_nothing_speaks_against_it(
    claimed: date | None, known: date | None, role: LinkRole, proven: bool, phone: str, verified: bool
) -> None:
    mother = Person(id=PEOPLE[1], birth_date=date(1985, 1, 1))
    child = Person(id=PEOPLE[0], birth_date=known)
    claims = Claims(system="vkid", subject="1", level=Level.UNKNOWN, birth_date=claimed, phones=(Contact(value=phone, verified=verified),))
    facts = BindFacts(
        session_person=mother.id,
        initiator=mother,
        target=child,
        role=role,
        relation_proven=proven,
        guardian_phones=frozenset({"+79265550101"}),
    )
    verdict = decide_binding(claims, facts, NOW)
    assert (verdict.state is BindState.ACTIVE) == (verdict.reason is None)
    if verdict.state is BindState.ACTIVE:
        assert proven
        assert phone != "+79265550101"
        assert role is LinkRole.CHILD
    else:
        assert len(verdict.exits) == 3


@st.composite
def persons(draw: st.DrawFn) -> Person:
    nine = f"{draw(st.integers(2_000_000, 999_999_999)):09d}"
    number = draw(st.none() | st.just(Snils(f"{nine}{checksum(nine):02d}")))
    return Person(
        id=PersonId(draw(st.uuids()).hex), snils=number, snils_proof=draw(st.sampled_from(SnilsProof)) if number else SnilsProof.NONE
    )


@pytest.mark.rule("A11")
@given(persons(), persons())
def test_a_merge_is_the_same_from_either_side(one: Person, other: Person) -> None:
    assert two_snils(one, other) == two_snils(other, one)
    assert survivor(one, other) == survivor(other, one)
    kept, gone = survivor(one, other)
    assert kept.snils_proof is SnilsProof.VERIFIED or gone.snils_proof is not SnilsProof.VERIFIED


@pytest.mark.rule("A5b")
@given(st.sampled_from(FamilyAct), st.sets(st.sampled_from(PEOPLE[1:])), st.integers(0, 20), st.booleans())
def test_silence_only_ever_lets_more_through(act: FamilyAct, guardians: set[PersonId], days: int, objected: bool) -> None:
    def state(after: int) -> ActState:
        objections = [PEOPLE[2]] if objected else []
        now = NOW + timedelta(days=after)
        return decide_act(act, PEOPLE[1], guardians=guardians, now=now, asked_at=NOW, objections=objections).state

    if state(days) is ActState.ALLOWED:
        assert state(days + 1) is ActState.ALLOWED


@pytest.mark.rule("A6")
@given(born, st.integers(0, 60 * 366 * 24).map(lambda hours: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(hours=hours)))
def test_a_guardians_rights_to_the_login_only_shrink(birth_date: date | None, now: datetime) -> None:
    before, after = (guardian_may(birth_date, at, "Asia/Kamchatka") for at in (now, now + timedelta(days=30)))
    assert after.may_make <= before.may_make
    assert after.may_reset <= before.may_reset
    assert before.may_make <= before.may_reset

"""States, ages, years and signatures of joining a school, as tables (RULES B1, B2, B5)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from identity.claims import Level
from identity.joining import (
    ANEW,
    KINDS,
    LIFE,
    OPEN,
    BundleState,
    RequestKind,
    RequestState,
    Role,
    WaitsFor,
    Why,
    bundle_state,
    may_apply,
    needs_second,
    school_year,
    school_years,
    waits_for,
)
from identity.model import EvidenceKind, Person, PersonId

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
OMSK = "Asia/Omsk"
MOTHER = Person(id=PersonId("m"), birth_date=date(1985, 1, 2))
S = RequestState


def child(born: date | None) -> Person:
    return Person(id=PersonId("c"), birth_date=born)


@pytest.mark.rule("B1")
@pytest.mark.feature("F083")
@pytest.mark.parametrize(
    ("states", "told"),
    [
        ((S.DRAFT, S.DRAFT), BundleState.DRAFT),
        ((S.SUBMITTED, S.SUBMITTED), BundleState.SUBMITTED),
        ((S.APPROVED, S.SUBMITTED), BundleState.PARTIAL),
        ((S.SUBMITTED, S.APPROVED), BundleState.PARTIAL),
        ((S.REJECTED, S.SUBMITTED), BundleState.SUBMITTED),
        ((S.APPROVED, S.APPROVED), BundleState.COMPLETE),
        ((S.APPROVED, S.REJECTED), BundleState.REJECTED),
        ((S.REJECTED, S.REJECTED), BundleState.REJECTED),
        ((S.REJECTED, S.WITHDRAWN), BundleState.REJECTED),
        ((S.APPROVED, S.WITHDRAWN), BundleState.WITHDRAWN),
        ((S.WITHDRAWN, S.WITHDRAWN), BundleState.WITHDRAWN),
        ((S.APPROVED, S.EXPIRED), BundleState.EXPIRED),
        ((S.WITHDRAWN, S.EXPIRED), BundleState.WITHDRAWN),
        ((S.SUBMITTED,), BundleState.SUBMITTED),
        ((S.APPROVED,), BundleState.COMPLETE),
        ((S.REJECTED,), BundleState.REJECTED),
        ((S.EXPIRED,), BundleState.EXPIRED),
    ],
)
def test_the_requests_make_the_bundle(states: tuple[RequestState, ...], told: BundleState) -> None:
    assert bundle_state(states) is told


@pytest.mark.rule("B1")
def test_every_pair_of_states_has_one_answer_whatever_the_order() -> None:
    for one, other in product(RequestState, repeat=2):
        assert bundle_state((one, other)) is bundle_state((other, one))
    assert ANEW | OPEN | {BundleState.COMPLETE} == set(BundleState)
    with pytest.raises(ValueError, match="requests"):
        bundle_state(())


@pytest.mark.rule("B1")
@pytest.mark.feature("F045")
@pytest.mark.parametrize(
    ("role", "born", "at", "zone", "why"),
    [
        (Role.LEGAL_REPRESENTATIVE, date(2012, 11, 19), NOW, "Europe/Moscow", None),
        (Role.LEGAL_REPRESENTATIVE, date(2012, 11, 18), NOW, "Europe/Moscow", Why.PUPIL_ACTS_ALONE),
        (Role.PUPIL, date(2012, 11, 18), NOW, "Europe/Moscow", None),
        (Role.PUPIL, date(2012, 11, 19), NOW, "Europe/Moscow", Why.TOO_YOUNG),
        # 19 November begins in Omsk six hours before it does in London, and three before Moscow.
        (Role.PUPIL, date(2012, 11, 19), datetime(2026, 11, 18, 18, 30, tzinfo=UTC), OMSK, None),
        (Role.PUPIL, date(2012, 11, 19), datetime(2026, 11, 18, 18, 30, tzinfo=UTC), "Europe/Moscow", Why.TOO_YOUNG),
        (Role.LEGAL_REPRESENTATIVE, date(2012, 11, 19), datetime(2026, 11, 18, 18, 30, tzinfo=UTC), OMSK, Why.PUPIL_ACTS_ALONE),
        # Born on 29 February: 14 on 1 March of a common year.
        (Role.PUPIL, date(2012, 2, 29), datetime(2026, 2, 28, 12, 0, tzinfo=UTC), "Europe/Moscow", Why.TOO_YOUNG),
        (Role.PUPIL, date(2012, 2, 29), datetime(2026, 3, 1, 12, 0, tzinfo=UTC), "Europe/Moscow", None),
        (Role.PUPIL, date(2007, 1, 1), NOW, "Europe/Moscow", None),
        (Role.LEGAL_REPRESENTATIVE, None, NOW, "Europe/Moscow", Why.BIRTH_DATE_MISSING),
    ],
)
def test_before_14_a_grown_up_applies_and_from_14_the_pupil_alone(
    role: Role, born: date | None, at: datetime, zone: str, why: Why | None
) -> None:
    who = MOTHER if role is Role.LEGAL_REPRESENTATIVE else child(born)
    assert may_apply(role, applicant=who, child=child(born), level=Level.CONFIRMED, zone=zone, now=at) is why


@pytest.mark.rule("A4")
@pytest.mark.feature("F073")
@pytest.mark.parametrize(
    ("level", "why"),
    [
        (Level.CONFIRMED, None),
        (Level.STANDARD, None),
        (Level.SIMPLIFIED, Why.LEVEL_TOO_LOW),
        (Level.UNKNOWN, Why.LEVEL_TOO_LOW),
    ],
)
def test_a_standard_account_is_enough_to_apply(level: Level, why: Why | None) -> None:
    young = child(date(2015, 1, 1))
    assert may_apply(Role.LEGAL_REPRESENTATIVE, applicant=MOTHER, child=young, level=level, zone=OMSK, now=NOW) is why


@pytest.mark.rule("A5")
@pytest.mark.parametrize(
    ("born", "why"),
    [(date(2009, 1, 1), Why.REPRESENTATIVE_UNDER_18), (None, Why.BIRTH_DATE_MISSING), (date(2008, 11, 18), None)],
)
def test_a_representative_is_of_age(born: date | None, why: Why | None) -> None:
    young = child(date(2025, 1, 1))
    told = may_apply(Role.LEGAL_REPRESENTATIVE, applicant=child(born), child=young, level=Level.CONFIRMED, zone=OMSK, now=NOW)
    assert told is why


@pytest.mark.rule("B1")
@pytest.mark.feature("F083")
def test_before_14_there_are_two_requests_and_after_it_one() -> None:
    assert KINDS[Role.LEGAL_REPRESENTATIVE] == (RequestKind.REGISTER_PUPIL, RequestKind.ATTACH_REPRESENTATIVE)
    assert KINDS[Role.PUPIL] == (RequestKind.REGISTER_PUPIL,)
    assert timedelta(days=30) == LIFE


@pytest.mark.rule("B1")
@pytest.mark.parametrize(
    ("kind", "register", "confirmed", "told"),
    [
        (RequestKind.REGISTER_PUPIL, S.APPROVED, False, None),
        (RequestKind.ATTACH_REPRESENTATIVE, S.SUBMITTED, True, WaitsFor.REGISTER_PUPIL),
        (RequestKind.ATTACH_REPRESENTATIVE, S.REJECTED, True, WaitsFor.REGISTER_PUPIL),
        (RequestKind.ATTACH_REPRESENTATIVE, S.APPROVED, False, WaitsFor.CONFIRMED_ACCOUNT),
        (RequestKind.ATTACH_REPRESENTATIVE, S.APPROVED, True, None),
    ],
)
def test_the_second_request_counts_only_with_the_first(
    kind: RequestKind, register: RequestState, confirmed: bool, told: WaitsFor | None
) -> None:
    assert waits_for(kind, register, confirmed=confirmed) is told


@pytest.mark.rule("B2")
@pytest.mark.parametrize(
    ("at", "zone", "years"),
    [
        (NOW, "Europe/Moscow", ("2026/2027",)),
        (datetime(2027, 3, 31, 12, 0, tzinfo=UTC), "Europe/Moscow", ("2026/2027",)),
        (datetime(2027, 4, 1, 12, 0, tzinfo=UTC), "Europe/Moscow", ("2026/2027", "2027/2028")),
        (datetime(2027, 8, 31, 12, 0, tzinfo=UTC), "Europe/Moscow", ("2026/2027", "2027/2028")),
        (datetime(2027, 8, 31, 20, 0, tzinfo=UTC), "Asia/Vladivostok", ("2027/2028",)),
        (datetime(2027, 1, 10, 12, 0, tzinfo=UTC), "Europe/Moscow", ("2026/2027",)),
    ],
)
def test_one_applies_for_the_running_year_and_from_april_for_the_next(at: datetime, zone: str, years: tuple[str, ...]) -> None:
    assert school_years(at, zone) == years


@pytest.mark.rule("B2")
def test_a_school_year_begins_in_september() -> None:
    assert school_year(date(2026, 8, 31)) == "2025/2026"
    assert school_year(date(2026, 9, 1)) == "2026/2027"


@pytest.mark.rule("B5")
@pytest.mark.parametrize(
    ("evidence", "option", "told"),
    [
        ({EvidenceKind.ESIA_KID}, False, False),
        ({EvidenceKind.ESIA_KID, EvidenceKind.INVITATION_CODE}, False, False),
        ({EvidenceKind.ESIA_CONFIRMED}, False, False),
        ({EvidenceKind.INVITATION_CODE}, False, True),
        ({EvidenceKind.SNILS_IN_SCHOOL_CARD}, False, True),
        ({EvidenceKind.SCHOOL_APPROVAL, EvidenceKind.INVITATION_CODE}, False, True),
        (set(), False, True),
        ({EvidenceKind.ESIA_KID}, True, True),
    ],
)
def test_where_only_the_office_vouches_another_officer_agrees(evidence: set[EvidenceKind], option: bool, told: bool) -> None:
    assert needs_second(evidence, option=option) is told

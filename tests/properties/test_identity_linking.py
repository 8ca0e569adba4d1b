"""Linking under any history of sign-ins: one active link a subject, nobody attached on a weak match (RULES A1, A3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import peewee
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.claims import ChildClaim, Claims, Contact, Level
from identity.guardianship import RIGHTS_OF
from identity.linking import Attach, Create, Known, Review, SignInFacts, SnilsHolder, WeakMatch, decide, is_strong
from identity.model import EdgeRight, EvidenceKind, Person, PersonId, SnilsProof, same_name
from identity.sealing import Keys, new_master_key
from identity.snils import Snils, checksum
from identity.store import TABLES, SignInOutcome, SignInResult, children_of, person, settle_sign_in
from identity.store.rows import fetch
from identity.store.tables import EdgeRow, LinkRow, PersonRow

SNILS = [Snils(f"{n:09d}{checksum(f'{n:09d}'):02d}") for n in (150_000_001, 150_000_002, 150_000_003)]
START = datetime(2026, 9, 1, tzinfo=UTC)
KEYS = Keys.from_master(new_master_key())

names = st.sampled_from([("Ёлкина", "Анна"), ("елкина", "АННА"), ("Иванов", "Пётр"), ("", "")])
levels = st.sampled_from(list(Level))
snils = st.sampled_from([*SNILS, None])
births = st.sampled_from([date(1985, 1, 2), date(2014, 3, 1), None])


@st.composite
def child_claims(draw: st.DrawFn) -> ChildClaim:
    last, first = draw(names)
    return ChildClaim(
        source_id=draw(st.sampled_from(["k1", "k2"])), last_name=last, first_name=first, birth_date=draw(births), snils=draw(snils)
    )


@st.composite
def claims(draw: st.DrawFn) -> Claims:
    last, first = draw(names)
    return Claims(
        system=draw(st.sampled_from(["esia", "esia", "vkid"])),
        subject=draw(st.sampled_from(["1", "2", "3"])),
        level=draw(levels),
        last_name=last,
        first_name=first,
        birth_date=draw(births),
        snils=draw(snils),
        phones=draw(st.sampled_from([(), (Contact(value="+79990000001", verified=True),)])),
        children=draw(st.one_of(st.none(), st.lists(child_claims(), max_size=2).map(tuple))),
    )


@st.composite
def persons(draw: st.DrawFn) -> Person:
    last, first = draw(names)
    number = draw(snils)
    proof = draw(st.sampled_from(list(SnilsProof))) if number else SnilsProof.NONE
    return Person(id=PersonId(draw(st.sampled_from("abc"))), last_name=last, first_name=first, snils=number, snils_proof=proof)


@pytest.mark.rule("A3")
@given(claims(), persons(), st.lists(persons(), max_size=3), st.booleans())
def test_an_account_attaches_only_by_a_proven_equal_snils(told: Claims, holder: Person, weak: list[Person], held: bool) -> None:
    facts = SignInFacts(holder=SnilsHolder(person=holder) if held else None, weak=tuple(WeakMatch(person=one, by="phone") for one in weak))
    decision = decide(told, facts)
    assert not isinstance(decision, Known)
    if isinstance(decision, Attach):
        assert held
        assert is_strong(told)
        assert holder.snils == told.snils
        assert holder.snils_proof not in (SnilsProof.NONE, SnilsProof.UNPROVEN)
        if holder.snils_proof is SnilsProof.SCHOOL_CARD:
            assert same_name(told.last_name, told.first_name, holder.last_name, holder.first_name)
    if isinstance(decision, Create):
        assert {offer.person for offer in decision.offers} <= {one.id for one in weak}
    if isinstance(decision, Review):
        assert decision.exits


@pytest.fixture(scope="module")
def database() -> Iterator[peewee.SqliteDatabase]:
    opened = peewee.SqliteDatabase(":memory:")
    opened.connect()
    with opened.bind_ctx(TABLES):
        opened.create_tables(TABLES)
        yield opened
    opened.close()


def settle(database: peewee.SqliteDatabase, history: list[Claims]) -> list[SignInOutcome]:
    with database.atomic():
        return [settle_sign_in(KEYS, told, now=START + timedelta(days=day)) for day, told in enumerate(history)]


@pytest.mark.rule("A1")
@pytest.mark.rule("A3")
@settings(max_examples=150, deadline=None)
@given(history=st.lists(claims(), min_size=1, max_size=8))
def test_after_any_history_the_house_is_in_order(database: peewee.SqliteDatabase, history: list[Claims]) -> None:
    with database.bind_ctx(TABLES), database.transaction() as undo:
        outcomes = settle(database, history)
        links = fetch(LinkRow, "SELECT system, tenant, subject_index FROM account_link WHERE state <> 'closed'")
        assert max(Counter(links).values(), default=0) <= 1
        numbers = fetch(PersonRow, "SELECT snils_index FROM person WHERE state = 'active' AND snils_index IS NOT NULL")
        assert max(Counter(numbers).values(), default=0) <= 1
        pairs = fetch(EdgeRow, "SELECT guardian, child, evidence FROM guardianship WHERE state <> 'ended'")
        assert max(Counter(pairs).values(), default=0) <= 1
        assert all(guardian != child for guardian, child, _ in pairs)
        assert {evidence for *_, evidence in pairs} <= {EvidenceKind.ESIA_KID.value} <= {kind.value for kind in RIGHTS_OF}
        for told, outcome in zip(history, outcomes, strict=True):
            assert (outcome.person is None) is (outcome.result is SignInResult.REVIEW)
            if outcome.person is None:
                assert outcome.exits
            elif is_strong(told) and told.snils is not None:
                known = person(KEYS, outcome.person)
                assert known is not None
                assert known.snils == told.snils
        _no_child_without_a_confirmed_adult(outcomes, START + timedelta(days=len(history)))
        undo.rollback()


def _no_child_without_a_confirmed_adult(outcomes: list[SignInOutcome], now: datetime) -> None:
    for outcome in outcomes:
        if outcome.person is None:
            continue
        me = person(KEYS, outcome.person)
        assert me is not None
        shown = [view for view in children_of(KEYS, outcome.person, now=now) if not view.is_self]
        if shown:
            assert me.level is Level.CONFIRMED
        # While a child is to be confirmed the view lasts its fourteen days; whatever more there is needs an adult.
        if any(view.right.rights != {EdgeRight.VIEW} for view in shown):
            assert me.birth_date == date(1985, 1, 2)


@pytest.mark.rule("A12")
@settings(max_examples=50, deadline=None)
@given(told=claims(), times=st.integers(2, 4))
def test_repeating_a_sign_in_is_harmless(database: peewee.SqliteDatabase, told: Claims, times: int) -> None:
    with database.bind_ctx(TABLES), database.transaction() as undo:
        first, *again = settle(database, [told] * times)
        assert {outcome.person for outcome in again} == {first.person}
        assert {outcome.result for outcome in again} == {SignInResult.KNOWN}
        undo.rollback()

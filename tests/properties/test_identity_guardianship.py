"""Guardianship under any edges and lists (RULES A2, A5), and sealing of any text."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.claims import Level
from identity.errors import Unsealable
from identity.guardianship import (
    LIST_VALID_FOR,
    RIGHTS_OF,
    TO_CONFIRM_FOR,
    acting_right,
    effective_rights,
    plan_listed,
    view_by_edges,
)
from identity.model import EdgeId, EdgeRight, EdgeState, Evidence, EvidenceKind, GuardianKind, Guardianship, Missing, Person, PersonId
from identity.sealing import Keys, new_master_key

NOW = datetime(2026, 11, 2, tzinfo=UTC)
GUARDIAN = Person(id=PersonId("g"), birth_date=date(1985, 1, 1), level=Level.CONFIRMED)
KEYS = Keys.from_master(new_master_key())
CHILDREN = [PersonId(name) for name in ("a", "b", "c")]
children = st.sampled_from(CHILDREN)


@st.composite
def edges(draw: st.DrawFn, child: PersonId | None = None) -> Guardianship:
    kind = draw(st.sampled_from(sorted(RIGHTS_OF)))
    until = NOW + timedelta(days=draw(st.integers(-5, 100)))
    return Guardianship(
        id=EdgeId(str(draw(st.integers(0, 10**6)))),
        guardian=GUARDIAN.id,
        child=child or draw(children),
        kind=GuardianKind.PARENT,
        state=draw(st.sampled_from(list(EdgeState))),
        rights=RIGHTS_OF[kind],
        evidence=Evidence(kind=kind, at=NOW, by="x", valid_until=draw(st.sampled_from([until, None]))),
    )


@pytest.mark.rule("A2")
@pytest.mark.rule("A5")
@given(st.lists(edges(), max_size=5, unique_by=lambda edge: (edge.child, edge.evidence.kind)), st.sets(children), st.booleans())
def test_a_list_never_thaws_revives_or_prolongs_beyond_its_terms(found: list[Guardianship], listed: set[PersonId], confirmed: bool) -> None:
    state, missing = (EdgeState.ACTIVE, ()) if confirmed else (EdgeState.WAITING, (Missing.LEVEL_TOO_LOW,))
    frozen = {edge.child for edge in found if edge.state is EdgeState.FROZEN}
    plans = plan_listed(found, listed, state=state, missing=missing, frozen=frozen, now=NOW)
    before = {edge.id: edge for edge in found}
    assert len({plan.child for plan in plans}) == len(plans)
    assert listed <= {plan.child for plan in plans}
    for plan in plans:
        was = before[plan.edge].state if plan.edge else None
        assert was is not EdgeState.ENDED
        assert plan.state is not EdgeState.ACTIVE or (confirmed and plan.child in listed)
        assert was is not EdgeState.FROZEN or plan.state is EdgeState.FROZEN
        assert plan.child not in frozen or plan.edge or plan.state is EdgeState.FROZEN
        assert plan.state is not EdgeState.TO_CONFIRM or plan.valid_until == NOW + TO_CONFIRM_FOR
        if plan.child in listed:
            assert plan.valid_until == NOW + LIST_VALID_FOR


@pytest.mark.rule("A4")
@given(st.lists(edges(child=CHILDREN[0]), max_size=4), st.sampled_from(list(Level)), st.sampled_from(list(EdgeRight)))
def test_nobody_acts_or_pays_without_the_view_the_level_and_the_right(found: list[Guardianship], level: Level, right: EdgeRight) -> None:
    pupil = Person(id=CHILDREN[0], birth_date=date(2016, 1, 1))
    view = view_by_edges(pupil, found, level, NOW)
    act = acting_right(GUARDIAN, pupil, found, right, level, NOW)
    if view.allowed:
        assert any(EdgeRight.VIEW in effective_rights(edge, NOW) for edge in found)
        assert not any(edge.state is EdgeState.FROZEN for edge in found)
    else:
        assert view.missing
        assert view.how
        assert not act.allowed
    if act.allowed:
        assert level is Level.CONFIRMED
        assert any(right in effective_rights(edge, NOW) for edge in found)


@given(st.text(), st.text(max_size=20), st.text(max_size=20), st.text(max_size=20), st.integers(0, 200))
def test_any_text_is_opened_as_it_was_sealed_and_nowhere_else(text: str, table: str, column: str, row: str, place: int) -> None:
    text = text.encode("utf-8", "ignore").decode()
    table, column, row = (one.encode("utf-8", "ignore").decode() for one in (table, column, row))
    sealed = KEYS.seal(table, column, row, text)
    assert KEYS.open(table, column, row, sealed) == text
    with pytest.raises(Unsealable):
        KEYS.open(table, column, row + "x", sealed)
    body = sealed.rindex(".") + 1
    at = body + place % (len(sealed) - body - 1)
    spoilt = sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :]
    with pytest.raises(Unsealable):
        KEYS.open(table, column, row, spoilt)


@pytest.mark.rule("A5")
def test_only_the_four_kinds_of_evidence_make_an_edge() -> None:
    assert {EvidenceKind.BOTH_SIDES_LOGIN, EvidenceKind.OWN_SIGN_IN, EvidenceKind.ESIA_CONFIRMED}.isdisjoint(RIGHTS_OF)

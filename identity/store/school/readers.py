"""Whom a school's word reaches: its pupils, a bounded number at a time, and those of them who come in by themselves."""

from __future__ import annotations

from collections.abc import Collection

from identity.model import LinkState, LinkUse, PersonId, PersonState
from identity.store.rows import fetch, marks
from identity.store.school.tables import CardRow
from identity.store.tables import LinkRow


def pupils_after(school: str, klass: str, *, after: str, limit: int) -> tuple[PersonId, ...]:
    """By id, those behind `after`; an empty class is the whole school."""
    sql = (
        "SELECT child FROM school_card WHERE school = ? AND state = 'active' AND (class = ? OR 1 = ?) AND child > ? ORDER BY child LIMIT ?"
    )
    return tuple(PersonId(child) for (child,) in fetch(CardRow, sql, (school, klass, int(not klass), after, limit)))


def with_own_sign_in(pupils: Collection[PersonId]) -> frozenset[PersonId]:
    """Those who have a page of their own: by an account that lets them in, or by the login that a parent made."""
    ids = tuple(pupils)
    if not ids:
        return frozenset()
    some = marks(ids)
    sql = (
        f"SELECT p.id FROM person AS p WHERE p.state = ? AND p.id IN ({some}) AND (EXISTS "  # noqa: S608 - ? marks
        "(SELECT 1 FROM account_link AS l WHERE l.person = p.id AND l.use = ? AND l.state = ?)"
        " OR EXISTS (SELECT 1 FROM child_login AS c WHERE c.person = p.id))"
    )
    found = fetch(LinkRow, sql, (PersonState.ACTIVE.value, *ids, LinkUse.SIGN_IN.value, LinkState.ACTIVE.value))
    return frozenset(PersonId(id_) for (id_,) in found)

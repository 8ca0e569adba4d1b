"""The children inside a diary account: bound to guarded persons, or kept as children that only this diary knows (RULES A15)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from peewee import IntegrityError

from identity.errors import NotFound
from identity.linking import BindBy, Bound, ListedChild, bind_children
from identity.model import Origin, Person, PersonId
from identity.sealing import Keys
from identity.store import persons
from identity.store.rights import children_of
from identity.store.rows import delete, fetch, marks, seal
from identity.store.tables import DiaryChildRow

SOURCE_LABEL = "diary_only_child.source_child"


def bind_listed(
    keys: Keys,
    owner: PersonId,
    system: str,
    listed: Iterable[ListedChild],
    *,
    picks: Mapping[str, PersonId] | None = None,
    now: datetime,
) -> tuple[Bound, ...]:
    """Finds the person of each child that the owner's account lists. Every answer but `PICK` has a `child`; no kinship is made.

    `picks` are the owner's choices by key; a person who is not among the owner's children is `NotFound`. The owner's own record
    counts among the candidates, so that a pupil's account is the pupil's.
    """
    wanted = tuple(listed)
    try:
        with DiaryChildRow._meta.database.atomic():
            return _bind(keys, owner, system, wanted, dict(picks or {}), now=now)
    except IntegrityError:
        # A parallel tab bound the same account: its records are there now.
        return _bind(keys, owner, system, wanted, dict(picks or {}), now=now)


def _bind(
    keys: Keys, owner: PersonId, system: str, wanted: tuple[ListedChild, ...], chosen: dict[str, PersonId], *, now: datetime
) -> tuple[Bound, ...]:
    own = [view.person for view in children_of(keys, owner, now=now) if not view.diary_only and not view.right.delegated]
    if not {*chosen.values()} <= {one.id for one in own}:
        raise NotFound("no such child")
    bound = []
    for child, fit in zip(wanted, bind_children(wanted, own), strict=True):
        if child.key in chosen:
            bound.append(Bound(key=child.key, by=BindBy.PICKED, child=chosen[child.key]))
        elif fit.by is BindBy.DIARY_ONLY:
            bound.append(replace(fit, child=_diary_only(keys, owner, system, child, now=now)))
        else:
            bound.append(fit)
    for one in bound:
        if one.by in (BindBy.EXACT, BindBy.PICKED):
            _forget(keys, owner, system, one.key, now=now)
    return tuple(bound)


def _known(keys: Keys, owner: PersonId, system: str, key: str) -> PersonId | None:
    indexes = keys.indexes(SOURCE_LABEL, key)
    sql = f"SELECT child FROM diary_only_child WHERE owner = ? AND system = ? AND source_index IN ({marks(indexes)})"  # noqa: S608 - ? marks
    for (child,) in fetch(DiaryChildRow, sql, (owner, system, *indexes)):
        return PersonId(child)
    return None


def _diary_only(keys: Keys, owner: PersonId, system: str, child: ListedChild, *, now: datetime) -> PersonId:
    known = _known(keys, owner, system, child.key)
    before = persons.person(keys, known) if known else None
    named = Person(
        id=known or PersonId(""),
        last_name=child.last_name,
        first_name=child.first_name,
        birth_date=child.birth_date,
        origin=Origin.DIARY,
    )
    if before is not None:
        after = replace(before, last_name=child.last_name, first_name=child.first_name, birth_date=child.birth_date)
        return persons.change(keys, before, after, now=now).id
    added = persons.add(keys, named, now=now)
    DiaryChildRow.create(
        child=added.id,
        owner=owner,
        system=system,
        source_child=seal(keys, DiaryChildRow, "source_child", added.id, child.key),
        source_index=keys.index(SOURCE_LABEL, child.key),
        created_at=now,
    )
    return added.id


def _forget(keys: Keys, owner: PersonId, system: str, key: str, *, now: datetime) -> None:
    """A child that was diary-only and is now recognised leaves its empty record."""
    known = _known(keys, owner, system, key)
    if known is not None:
        delete(DiaryChildRow).where(DiaryChildRow.child == known).execute()
        persons.close(known, now=now)


def move_diary_children(former: PersonId, to: PersonId) -> None:
    """The owner's record was joined to another: the diary-only children follow, but for those that the other one has already."""
    both = (
        "SELECT f.child FROM diary_only_child f JOIN diary_only_child t ON t.system = f.system AND t.source_index = f.source_index"
        " WHERE f.owner = ? AND t.owner = ?"
    )
    for (child,) in fetch(DiaryChildRow, both, (former, to)):
        delete(DiaryChildRow).where(DiaryChildRow.child == child).execute()
    DiaryChildRow.update(owner=to).where(DiaryChildRow.owner == former).execute()


def forget_diary_children(owner: PersonId, children: Iterable[PersonId], *, now: datetime) -> None:
    """The account was unlinked: those of its children that only it showed are shown no more. Others are left alone."""
    for child in children:
        if delete(DiaryChildRow).where((DiaryChildRow.child == child) & (DiaryChildRow.owner == owner)).execute():
            persons.close(child, now=now)

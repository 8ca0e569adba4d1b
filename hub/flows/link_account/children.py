"""Who the children of a diary account are: by name where exactly one fits, else as the owner said; never a kinship (RULES A15)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from connectors.kit.diary import DiaryChild
from hub.deps import Deps
from hub.flows.school_names import same_school
from hub.store.diaries import diary_links
from hub.store.school import schools
from hub.store.school.schools import SchoolCard
from identity.linking import BindBy, Bound, ListedChild
from identity.linking import bind_children as fits_of
from identity.model import Person, PersonId
from identity.snils import Snils
from identity.store import bind_listed, children_of, set_zone


def listed(child: DiaryChild) -> ListedChild:
    return ListedChild(key=child.key, last_name=child.last_name, first_name=child.first_name, birth_date=child.birth_date)


def is_nameless(child: DiaryChild) -> bool:
    """The diary shows no names: only the owner can say who this is."""
    return child.is_depersonalised or not (child.last_name or child.first_name)


def own_children(deps: Deps, owner: PersonId, *, now: datetime) -> list[Person]:
    """Whom a listed child may be: guarded children, and the owner's own record where the owner is a pupil."""
    return [view.person for view in children_of(deps.keys, owner, now=now) if not view.diary_only and not view.right.delegated]


def bind_children(
    deps: Deps,
    system: str,
    children: Sequence[DiaryChild],
    owner: PersonId,
    *,
    picks: Mapping[str, PersonId] | None = None,
    before: Mapping[str, str | None] | None = None,
    now: datetime,
) -> tuple[Bound, ...]:
    """`picks` are the owner's choices of now; an earlier one (`before`) stays where names do not decide, while the child is still own."""
    wanted = [listed(child) for child in children]
    own = own_children(deps, owner, now=now)
    ids = {one.id for one in own}
    earlier = {
        fit.key: PersonId(child)
        for fit in fits_of(wanted, own)
        if fit.by is not BindBy.EXACT and (child := (before or {}).get(fit.key)) and child in ids
    }
    return bind_listed(deps.keys, owner, system, wanted, picks={**earlier, **(picks or {})}, now=now)


def told_by(
    deps: Deps, children: Sequence[DiaryChild], owner: PersonId, said: str | None, snils: Snils | None, *, now: datetime
) -> dict[str, PersonId]:
    """Whom the owner has named already: the person of the request, or the own child whose SNILS opened the account; an only child
    needs no naming, for nobody else fits.

    Only for an account that shows one child and no names; it is the owner's choice, made while signing in.
    """
    if len(children) != 1 or not is_nameless(children[0]):
        return {}
    own = own_children(deps, owner, now=now)
    found = [one.id for one in own if one.id == said] or [one.id for one in own if snils is not None and one.snils == snils]
    found = found or [one.id for one in own]
    return {children[0].key: found[0]} if len(found) == 1 else {}


def keep_children(deps: Deps, link: str, children: Iterable[DiaryChild], bound: Iterable[Bound], *, now: datetime) -> None:
    """Keeps the diary's own records, and tells each child's zone, by which ages and days are counted (RULES A6)."""
    found = tuple(children)
    known = schools.every() if any(child.school and not child.school.ogrn for child in found) else []
    by_key = {child.key: _with_ogrn(child, known) for child in found}
    pairs = [(one.child, by_key[one.key]) for one in bound]
    diary_links.bind(deps.keys, link=link, pupils=pairs)
    for child, pupil in pairs:
        if child is not None and pupil.school is not None and not pupil.school.tz_assumed:
            set_zone(child, pupil.school.tz, now=now)


def _with_ogrn(child: DiaryChild, known: Iterable[SchoolCard]) -> DiaryChild:
    """A diary names a school, the hub knows it by OGRN: filled in where exactly one school bears that name."""
    school = child.school
    if school is None or school.ogrn:
        return child
    found = same_school((school.legal_name, school.name, school.short_name), known)
    return msgspec.structs.replace(child, school=msgspec.structs.replace(school, ogrn=found.ogrn, inn=found.inn)) if found else child

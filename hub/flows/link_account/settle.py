"""Whose account was opened: decided by its role and its children, written in the caller's unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from connectors.kit.diary import DiaryChild
from connectors.kit.errors import Drifted
from connectors.kit.ports import DiaryAccount, DiaryPort
from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.flows.school_names import same_school
from hub.store import diary_links, schools
from hub.store.schools import SchoolCard
from identity.claims import Level
from identity.linking import Bound, ListedChild, is_fresh
from identity.model import Evidence, EvidenceKind, LinkRole, LinkUse, PersonId, Strength
from identity.store import NewLink, attach_account, bind_listed, children_of, person, set_zone

MOST_CHILDREN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """Who asks, and whose account it is meant to be; without a role the account itself says."""

    initiator: str
    person: str | None = None
    role: LinkRole | None = None


def require_fresh(deps: Deps, auth_time: datetime | None) -> None:
    """Linking and unlinking need a sign-in of the last five minutes (RULES A16)."""
    if not is_fresh(auth_time, deps.now()):
        raise Refused(Reason.NOT_FRESH)


def check_account(port: DiaryPort, account: DiaryAccount) -> None:
    """What no family's account looks like is stored nowhere (RULES C8)."""
    if len(account.children) > MOST_CHILDREN:
        raise Drifted(port.name, "children", "more than ten children")
    if not account.subject:
        raise Drifted(port.name, "subject", "an account without an owner")
    keys = [child.key for child in account.children]
    if len(set(keys)) != len(keys):
        raise Drifted(port.name, "children", "one child twice")


def settle_link(deps: Deps, port: DiaryPort, account: DiaryAccount, purpose: Purpose, *, now: datetime) -> str:
    """Links the account, keeps its access, and binds its children; returns the link's id. Raises `Refused` or `AlreadyLinked`."""
    owner = PersonId(purpose.initiator)
    role = _role(account, purpose)
    bound = bind_children(deps, port, account, owner, now=now)
    whose = owner if role is LinkRole.PARENT else _pupil(deps, account, bound, purpose, now=now)
    me = person(deps.keys, owner)
    strong = me is not None and me.level is Level.CONFIRMED
    evidence = Evidence(
        kind=EvidenceKind.BOTH_SIDES_LOGIN,
        at=now,
        by=owner,
        source=port.name,
        strength=Strength.STRONG if strong else Strength.WEAK,
    )
    new = NewLink(system=port.name, subject=account.subject, person=whose, opened_by=owner, evidence=evidence, use=LinkUse.DIARY, role=role)
    link = attach_account(deps.keys, new, now=now)
    diary_links.save(deps.keys, id_=link.id, system=port.name, person=owner, access=account.access, now=now)
    keep_children(deps, link.id, account.children, bound, now=now)
    return link.id


def bind_children(
    deps: Deps, port: DiaryPort, account: DiaryAccount, owner: PersonId, *, picks: Mapping[str, PersonId] | None = None, now: datetime
) -> tuple[Bound, ...]:
    listed = [
        ListedChild(key=child.key, last_name=child.last_name, first_name=child.first_name, birth_date=child.birth_date)
        for child in account.children
    ]
    return bind_listed(deps.keys, owner, port.name, listed, picks=picks, now=now)


def keep_children(deps: Deps, link: str, children: tuple[DiaryChild, ...], bound: tuple[Bound, ...], *, now: datetime) -> None:
    """Keeps the diary's own records, and tells each child's zone, by which ages and days are counted (RULES A6)."""
    known = schools.every() if any(child.school and not child.school.ogrn for child in children) else []
    by_key = {child.key: _with_ogrn(child, known) for child in children}
    diary_links.bind(deps.keys, link=link, pupils=[(one.child, by_key[one.key]) for one in bound])
    for one in bound:
        school = by_key[one.key].school
        if one.child is not None and school is not None and not school.tz_assumed:
            set_zone(one.child, school.tz, now=now)


def _with_ogrn(child: DiaryChild, known: Iterable[SchoolCard]) -> DiaryChild:
    """A diary names a school, the hub knows it by OGRN: filled in where exactly one school bears that name."""
    school = child.school
    if school is None or school.ogrn:
        return child
    found = same_school((school.legal_name, school.name, school.short_name), known)
    return msgspec.structs.replace(child, school=msgspec.structs.replace(school, ogrn=found.ogrn, inn=found.inn)) if found else child


def _role(account: DiaryAccount, purpose: Purpose) -> LinkRole:
    """A pupil's account lists itself alone."""
    found = LinkRole.CHILD if account.children and all(child.is_self for child in account.children) else LinkRole.PARENT
    if purpose.role is not None and purpose.role is not found:
        raise Refused(Reason.ROLE_MISMATCH)
    return found


def _pupil(deps: Deps, account: DiaryAccount, bound: tuple[Bound, ...], purpose: Purpose, *, now: datetime) -> PersonId:
    """The person whose own account it is: must be the one that the intent names, and one whom the initiator sees."""
    own = {child.key for child in account.children if child.is_self}
    found = next((one.child for one in bound if one.key in own and one.child is not None), None)
    visible = {view.person.id for view in children_of(deps.keys, PersonId(purpose.initiator), now=now)} | {PersonId(purpose.initiator)}
    if found is None or found not in visible or (purpose.person not in (None, found)):
        raise Refused(Reason.ROLE_MISMATCH)
    return found

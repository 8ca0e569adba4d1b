"""Account links: which outside account is whose, on what evidence, and who may take it away."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from identity.ages import Phase, phase
from identity.claims import Claims
from identity.errors import AlreadyLinked, LastStrongIdentity, NotFound
from identity.linking import evidence_of
from identity.model import (
    AccountLink,
    Evidence,
    EvidenceKind,
    LinkId,
    LinkRole,
    LinkState,
    LinkUse,
    PersonId,
    Strength,
)
from identity.sealing import Keys
from identity.store.rows import fetch, insert, instant, instant_of, marks, micros, new_id, seal, unseal
from identity.store.tables import LinkRow

SUSPENDED_FOR = timedelta(days=30)
SUBJECT_LABEL = "account_link.subject"
_COLUMNS = (
    "id, system, tenant, subject, person, opened_by, use, role, state, evidence, evidence_at, evidence_by, evidence_source,"
    " strength, valid_until, last_seen_at, closed_at"
)


def _link(keys: Keys, row: Sequence[Any]) -> AccountLink:
    id_, system, tenant, subject, person, opened_by, use, role, state, kind, at, by, source, strength, until, seen, closed = row
    return AccountLink(
        id=LinkId(str(id_)),
        system=str(system),
        tenant=str(tenant),
        subject=unseal(keys, LinkRow, "subject", str(id_), str(subject)),
        person=PersonId(str(person)),
        opened_by=PersonId(str(opened_by)),
        use=LinkUse(str(use)),
        role=LinkRole(str(role)),
        state=LinkState(str(state)),
        evidence=Evidence(
            kind=EvidenceKind(str(kind)),
            at=instant_of(at),
            by=str(by),
            source=str(source),
            strength=Strength(str(strength)),
            valid_until=instant(until),
        ),
        last_seen_at=instant(seen),
        closed_at=instant(closed),
    )


def _select(keys: Keys, where: str, params: Sequence[object]) -> tuple[AccountLink, ...]:
    sql = f"SELECT {_COLUMNS} FROM account_link WHERE {where} ORDER BY evidence_at, id"  # noqa: S608 - where is written here
    return tuple(_link(keys, row) for row in fetch(LinkRow, sql, params))


def link(keys: Keys, id_: LinkId) -> AccountLink | None:
    return next(iter(_select(keys, "id = ?", (id_,))), None)


def find(keys: Keys, system: str, tenant: str, subject: str) -> AccountLink | None:
    """The link that holds this outside account now, active or suspended."""
    indexes = keys.indexes(SUBJECT_LABEL, subject)
    where = f"system = ? AND tenant = ? AND state <> 'closed' AND subject_index IN ({marks(indexes)})"
    return next(iter(_select(keys, where, (system, tenant, *indexes))), None)


def holders(keys: Keys, system: str, subject: str) -> tuple[AccountLink, ...]:
    """Every link that holds this outside account now, whichever tenant it lies in."""
    indexes = keys.indexes(SUBJECT_LABEL, subject)
    return _select(keys, f"system = ? AND state <> 'closed' AND subject_index IN ({marks(indexes)})", (system, *indexes))


def sign_ins_of(keys: Keys, person: PersonId, *, system: str | None = None) -> tuple[AccountLink, ...]:
    """The active links by which this person can sign in."""
    every = _select(keys, "person = ? AND use = ? AND state = ?", (person, LinkUse.SIGN_IN.value, LinkState.ACTIVE.value))
    return tuple(one for one in every if system is None or one.system == system)


def of_persons(keys: Keys, owner: PersonId, wards: Iterable[PersonId] = ()) -> tuple[AccountLink, ...]:
    """The owner's links, those that the owner opened for others, and those that the wards opened themselves."""
    others = tuple(wards)
    where, params = "state <> 'closed' AND (person = ? OR opened_by = ?", [owner, owner]
    if others:
        where += f" OR (person = opened_by AND person IN ({marks(others)}))"
    return _select(keys, where + ")", (*params, *others))


def subjects_at(keys: Keys, system: str, people: Collection[PersonId], *, state: LinkState) -> dict[PersonId, str]:
    """By person, the own profile at this system; the latest, where there are several."""
    found: dict[PersonId, str] = {}
    wanted = tuple(dict.fromkeys(people))
    for start in range(0, len(wanted), 400):
        some = wanted[start : start + 400]
        for one in _select(keys, f"system = ? AND state = ? AND person IN ({marks(some)})", (system, state.value, *some)):
            found[one.person] = one.subject
    return found


def closed_of(keys: Keys, owner: PersonId, *, since: datetime) -> tuple[AccountLink, ...]:
    """The owner's sign-ins that were closed lately, so that nobody has to ask where they went (RULES A17)."""
    where = "person = ? AND use = ? AND state = 'closed' AND closed_at > ?"
    return _select(keys, where, (owner, LinkUse.SIGN_IN.value, micros(since)))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLink:
    """An account to be linked; the evidence says why it is believed to be this person's."""

    system: str
    subject: str
    person: PersonId
    opened_by: PersonId
    evidence: Evidence
    tenant: str = ""
    use: LinkUse = LinkUse.DIARY
    role: LinkRole = LinkRole.PARENT


def add(keys: Keys, new: NewLink, *, now: datetime) -> AccountLink:
    """Stores the link; an account that is linked already is an IntegrityError, so that of two parallel callbacks one wins."""
    made = AccountLink(
        id=LinkId(new_id()),
        system=new.system,
        tenant=new.tenant,
        subject=new.subject,
        person=new.person,
        opened_by=new.opened_by,
        use=new.use,
        role=new.role,
        state=LinkState.ACTIVE,
        evidence=new.evidence,
        last_seen_at=now,
    )
    insert(
        LinkRow,
        id=made.id,
        system=made.system,
        tenant=made.tenant,
        subject=seal(keys, LinkRow, "subject", made.id, made.subject),
        subject_index=keys.index(SUBJECT_LABEL, made.subject),
        person=made.person,
        opened_by=made.opened_by,
        use=made.use.value,
        role=made.role.value,
        state=made.state.value,
        evidence=made.evidence.kind.value,
        evidence_by=made.evidence.by,
        evidence_source=made.evidence.source,
        evidence_at=made.evidence.at,
        strength=made.evidence.strength.value,
        valid_until=made.evidence.valid_until,
        last_seen_at=now,
    )
    return made


def sign_in_link(claims: Claims, person: PersonId, *, now: datetime) -> NewLink:
    kind, strength = evidence_of(claims)
    young = phase(claims.birth_date, now) not in (Phase.ADULT, Phase.UNKNOWN)
    return NewLink(
        system=claims.system,
        tenant=claims.tenant,
        subject=claims.subject,
        person=person,
        opened_by=person,
        use=LinkUse.SIGN_IN,
        role=LinkRole.CHILD if young else LinkRole.PARENT,
        evidence=Evidence(kind=kind, at=now, by=person, source=claims.system, strength=strength),
    )


def seen(link_id: LinkId, claims: Claims, *, now: datetime) -> None:
    """A known account signed in; a level that changed changes the evidence."""
    kind, strength = evidence_of(claims)
    LinkRow.update(last_seen_at=now).where(LinkRow.id == link_id).execute()
    LinkRow.update(evidence=kind.value, strength=strength.value, evidence_at=now).where(
        LinkRow.id == link_id, LinkRow.strength != strength.value
    ).execute()


def relink(link_id: LinkId, new: NewLink, *, now: datetime) -> None:
    """The same owner signed in there again: the link is active, for the person chosen now."""
    LinkRow.update(
        person=new.person,
        role=new.role.value,
        state=LinkState.ACTIVE.value,
        valid_until=new.evidence.valid_until,
        evidence=new.evidence.kind.value,
        evidence_at=new.evidence.at,
        last_seen_at=now,
    ).where(LinkRow.id == link_id).execute()


def holder_of(found: AccountLink, new: NewLink) -> None:
    """Raises unless the account is linked by this very person, for the same use."""
    if found.opened_by != new.opened_by or found.use is not new.use or (found.use is LinkUse.SIGN_IN and found.person != new.person):
        raise AlreadyLinked(f"the {new.system} account belongs to another person")


def move(former: PersonId, to: PersonId) -> None:
    """All links of one person become another's."""
    LinkRow.update(person=to).where(LinkRow.person == former).execute()
    LinkRow.update(opened_by=to).where(LinkRow.opened_by == former).execute()


def close(ids: Iterable[LinkId], *, now: datetime) -> None:
    wanted = tuple(ids)
    if wanted:
        LinkRow.update(state=LinkState.CLOSED.value, closed_at=now).where(LinkRow.id.in_(wanted)).execute()


def suspend(ids: Iterable[LinkId], *, now: datetime) -> None:
    """Suspended links hold their subject for a while, so that the owner can bring them back, and then lapse."""
    wanted = tuple(ids)
    if wanted:
        until = now + SUSPENDED_FOR
        active = LinkRow.id.in_(wanted) & (LinkRow.state == LinkState.ACTIVE.value)
        LinkRow.update(state=LinkState.SUSPENDED.value, valid_until=until).where(active).execute()


def removable(keys: Keys, viewer: PersonId, link_id: LinkId) -> AccountLink:
    """The viewer's own link, unless it is the last way in or the last strong identity (RULES A11)."""
    found = link(keys, link_id)
    if found is None or viewer not in (found.person, found.opened_by):
        raise NotFound("no such link")
    if found.use is LinkUse.SIGN_IN and found.state is LinkState.ACTIVE:
        others = [other for other in sign_ins_of(keys, found.person) if other.id != found.id]
        strong = [other for other in others if other.evidence.strength is Strength.STRONG]
        if not others or (found.evidence.strength is Strength.STRONG and not strong):
            raise LastStrongIdentity("the last strong identity is not removed")
    return found

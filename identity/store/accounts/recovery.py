"""Recovery in person at the school: a document, two officers, a one-time code for 24 hours, then 72 hours of waiting (RULES A17)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from identity.claims import Claims
from identity.errors import AlreadyLinked, NotAllowed, NotFound
from identity.invitations import new_code, printed, read_code
from identity.linking import is_strong
from identity.model import AccountLink, ActorKind, Evidence, EvidenceKind, LinkRole, LinkUse, Person, PersonId, PersonState, Strength
from identity.sealing import Keys
from identity.store import edges, links, persons
from identity.store.accounts.pending import drop_pending
from identity.store.accounts.tables import RecoveryRow
from identity.store.family import restrictions
from identity.store.family.delegations import end_delegations_of
from identity.store.rows import fetch, marks, micros, new_id, seal
from identity.store.trail import access

CODE_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """`closed` are all earlier ways in: their sessions end, and the owner is told on every channel."""

    person: PersonId
    link: AccountLink
    closed: tuple[AccountLink, ...]


def open_recovery(keys: Keys, *, school: str, person: PersonId, officer: PersonId, document: str, now: datetime) -> str:
    """The first officer has seen the person and the document; returns the recovery's id."""
    known = persons.person(keys, person)
    if known is None or known.state is not PersonState.ACTIVE:
        raise NotFound("no such person")
    if not document.strip():
        raise NotAllowed("no_document")
    _not_own(officer, person)
    id_ = new_id()
    RecoveryRow.create(
        id=id_,
        person=person,
        school=school,
        document=seal(keys, RecoveryRow, "document", id_, document.strip()),
        opened_by=officer,
        state="opened",
        created_at=now,
    )
    _note(officer, person, "recovery.opened", id_, now=now)
    return id_


def sign_recovery(keys: Keys, id_: str, officer: PersonId, *, now: datetime, code: str = "") -> str:
    """The second officer agrees; returns the code, which is handed over on paper and shown once.

    `code` is given only where a repeated request has to be able to make the same one again.
    """
    person, opened_by = _opened(id_)
    if officer == opened_by:
        raise NotAllowed("same_officer")
    _not_own(officer, person)
    code = code or new_code()
    won = (
        RecoveryRow.update(state="signed", signed_by=officer, code_hash=keys.code_hash(f"recovery:{code}"), expires_at=now + CODE_FOR)
        .where(RecoveryRow.id == id_, RecoveryRow.state == "opened")
        .execute()
    )
    if not won:
        raise NotAllowed("wrong_state")
    _note(officer, person, "recovery.signed", id_, now=now)
    return printed(code)


def refuse_recovery(id_: str, officer: PersonId, *, now: datetime) -> None:
    """Another officer does not agree, or the first takes it back; no code was made."""
    person, _ = _opened(id_)
    _not_own(officer, person)
    if not RecoveryRow.update(state="refused").where(RecoveryRow.id == id_, RecoveryRow.state == "opened").execute():
        raise NotAllowed("wrong_state")
    _note(officer, person, "recovery.refused", id_, now=now)


def redeem_recovery(keys: Keys, code: str, who: PersonId, system: str, *, now: datetime) -> Recovered | None:
    """The code of somebody who signed in with a new account: that account becomes the recovered person's only way in.

    None for every failure alike: a code that is unknown, used or over, an account that is in use here already, another SNILS, the
    person's own child or parent. The new account's own record ends; what its sign-in told is told again at the next one.
    """
    found = _live(keys, code, now=now)
    mine = [one for one in links.sign_ins_of(keys, who, system=system) if one.person == who]
    known = persons.by_ids(keys, (who, *([found[1]] if found else [])))
    new = known.get(who)
    if found is None or new is None or new.state is not PersonState.ACTIVE:
        return None
    id_, person = found
    before = known.get(person)
    if before is None or before.state is not PersonState.ACTIVE or len(mine) != 1 or not _is_new(keys, new, person):
        return None
    if new.snils is not None and before.snils is not None and new.snils != before.snils:
        return None
    if not _spend(id_, now=now):
        return None
    closed = tuple(links.sign_ins_of(keys, person))
    links.close((link.id for link in closed), now=now)
    edges.end((edge.id for edge in edges.touching(who)), now=now)
    links.move(who, person)
    restrictions.copy_to(keys, who, person, now=now)
    persons.close(who, now=now)
    # The account stays as strong as its own sign-in: what needs a confirmed one waits for it (RULES A4, A17).
    after = persons.change(keys, before, replace(before, recovered_at=now, level=new.level, level_at=new.level_at), now=now)
    restrictions.freeze_restricted(keys, after, now=now)
    drop_pending(person)
    end_delegations_of(person, now=now, by="recovery")
    _note(person, person, "recovery.used", id_, now=now)
    link = links.link(keys, mine[0].id)
    assert link is not None, "the link was read in this very unit"
    return Recovered(person=person, link=link, closed=closed)


def _is_new(keys: Keys, new: Person, person: PersonId) -> bool:
    """Nothing but this one account: no other link, no child but those that its own sign-in listed, no kin of the recovered person."""
    if new.id == person or edges.ever_between(new.id, person) or len(links.of_persons(keys, new.id)) != 1:
        return False
    listed = (EvidenceKind.ESIA_KID,)
    return all(edge.guardian == new.id and edge.evidence.kind in listed for edge in edges.touching(new.id))


def use_recovery(keys: Keys, code: str, claims: Claims, *, now: datetime) -> Recovered:
    """The new account becomes the person's way in, the earlier ones close. Money and guardianship acts wait 72 hours from now.

    The account stays as strong as its own sign-in: what needs a confirmed account still needs one.
    """
    found = _live(keys, code, now=now)
    if found is None:
        raise NotAllowed("code_unknown")
    id_, person = found
    before = persons.person(keys, person)
    if before is None or before.state is not PersonState.ACTIVE:
        raise NotAllowed("code_unknown")
    held = links.find(keys, claims.system, claims.tenant, claims.subject)
    if held is not None and held.person != person:
        raise AlreadyLinked("the account belongs to another person")
    if claims.snils is not None and before.snils is not None and claims.snils != before.snils:
        raise NotAllowed("two_snils")
    if not _spend(id_, now=now):
        raise NotAllowed("code_unknown")
    closed = tuple(link for link in links.sign_ins_of(keys, person) if held is None or link.id != held.id)
    links.close((link.id for link in closed), now=now)
    link = held or links.add(keys, _new(claims, person, id_, now=now), now=now)
    persons.change(keys, before, replace(before, recovered_at=now), now=now)
    drop_pending(person)
    end_delegations_of(person, now=now, by="recovery")
    _note(person, person, "recovery.used", id_, now=now)
    return Recovered(person=person, link=link, closed=closed)


def _live(keys: Keys, code: str, *, now: datetime) -> tuple[str, PersonId] | None:
    """The signed recovery of this code; a text that can be no code is looked up like any other, for equal timing."""
    hashes = keys.code_hashes(f"recovery:{read_code(code) or 'none'}")
    sql = f"SELECT id, person FROM recovery WHERE state = 'signed' AND expires_at > ? AND code_hash IN ({marks(hashes)})"  # noqa: S608 - ? marks
    return next(((str(id_), PersonId(person)) for id_, person in fetch(RecoveryRow, sql, (micros(now), *hashes))), None)


def _spend(id_: str, *, now: datetime) -> bool:
    """Once: of two tries at once one wins."""
    signed = (RecoveryRow.id == id_) & (RecoveryRow.state == "signed")
    return bool(RecoveryRow.update(state="used", code_hash=None, used_at=now).where(signed).execute())


def _new(claims: Claims, person: PersonId, recovery: str, *, now: datetime) -> links.NewLink:
    strength = Strength.STRONG if is_strong(claims) else Strength.WEAK
    evidence = Evidence(kind=EvidenceKind.SCHOOL_APPROVAL, at=now, by="school", source=recovery, strength=strength)
    return links.NewLink(
        system=claims.system,
        tenant=claims.tenant,
        subject=claims.subject,
        person=person,
        opened_by=person,
        evidence=evidence,
        use=LinkUse.SIGN_IN,
        role=LinkRole.PARENT,
    )


def _opened(id_: str) -> tuple[PersonId, str]:
    for person, officer in fetch(RecoveryRow, "SELECT person, opened_by FROM recovery WHERE id = ?", (id_,)):
        return PersonId(person), str(officer)
    raise NotFound("no such recovery")


def _not_own(officer: PersonId, person: PersonId) -> None:
    if officer == person or edges.ever_between(officer, person):
        raise NotAllowed("own_family")


def _note(actor: PersonId, person: PersonId, action: str, object_: str, *, now: datetime) -> None:
    kind = ActorKind.GUARDIAN if actor == person else ActorKind.STAFF
    access.record_change(actor=actor, actor_kind=kind, subject=person, action=action, object=object_, now=now)

"""A messenger's profile bound from a signed-in session with a stored intent, or refused with its reason (RULES A9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from peewee import IntegrityError

from identity.claims import Claims, Level
from identity.errors import NotFound
from identity.linking.profiles import BindFacts, BindReason, BindState, BindVerdict, decide_binding
from identity.model import (
    AccountLink,
    ActorKind,
    EdgeState,
    Evidence,
    EvidenceKind,
    How,
    LinkId,
    LinkRole,
    LinkState,
    LinkUse,
    Person,
    PersonId,
    PersonState,
    SnilsProof,
    Strength,
)
from identity.sealing import Keys
from identity.store import edges, links, persons
from identity.store.diaries import move_diary_children
from identity.store.rights import view_right
from identity.store.rows import fetch, marks, unseal
from identity.store.school.reviews import ReviewKind, open_review
from identity.store.tables import ContactRow, LinkRow, PersonRow
from identity.store.trail import access


@dataclass(frozen=True, slots=True, kw_only=True)
class BindIntent:
    """What the session stored before the browser left: who began it, for whom, in which role.

    `signs_in`: the system lets its people into the cabinet; a messenger's bot does not."""

    initiator: PersonId
    person: PersonId
    role: LinkRole
    signs_in: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BindOutcome:
    """`link` where it is active; else `reason` and the three `exits`.

    `moved_from`: a weak record that was only this profile ended; what else it held came along `suspended`, for a sign-in of its own.
    """

    state: BindState
    link: AccountLink | None = None
    reason: BindReason | None = None
    exits: tuple[How, ...] = ()
    moved_from: PersonId | None = None
    suspended: tuple[AccountLink, ...] = ()


def bind_profile(keys: Keys, claims: Claims, intent: BindIntent, *, session_person: PersonId | None, now: datetime) -> BindOutcome:
    """Decides and writes in one unit; a double submit ends at the same link. Kinship never comes from a profile (RULES A5)."""
    try:
        with LinkRow._meta.database.atomic():
            return _bind(keys, claims, intent, session_person, now=now)
    except IntegrityError:
        # A parallel tab was faster: now the link is there, and this is its repeat.
        return _bind(keys, claims, intent, session_person, now=now)


def bind_reviewed(keys: Keys, told: Mapping[str, str], target: PersonId, *, now: datetime) -> BindOutcome:
    """The school looked at a held profile and allows it: bound without the reason it was held for, with all the others asked again."""
    claims = Claims(system=told["system"], tenant=told["tenant"], subject=told["subject"], level=Level.UNKNOWN)
    intent = BindIntent(
        initiator=PersonId(told["initiator"]), person=target, role=LinkRole(told["role"]), signs_in=told.get("signs_in") != "no"
    )
    return _bind(keys, claims, intent, intent.initiator, waived=BindReason(told["reason"]), now=now)


def _bind(
    keys: Keys,
    claims: Claims,
    intent: BindIntent,
    session_person: PersonId | None,
    *,
    waived: BindReason | None = None,
    now: datetime,
) -> BindOutcome:
    # Parallel tabs wait for each other here: none decides on what another has half done.
    PersonRow.update(updated_at=now).where(PersonRow.id == intent.person).execute()
    found = links.find(keys, claims.system, claims.tenant, claims.subject)
    facts = _facts(keys, claims, intent, session_person, found, now=now)
    verdict = decide_binding(claims, facts, now)
    if verdict.state is not BindState.ACTIVE and (waived is None or verdict.reason is not waived):
        return _refused(keys, intent, claims, verdict, now=now)
    own = intent.person == intent.initiator
    new = links.NewLink(
        system=claims.system,
        tenant=claims.tenant,
        subject=claims.subject,
        person=intent.person,
        opened_by=intent.initiator,
        evidence=Evidence(kind=EvidenceKind.BOTH_SIDES_LOGIN, at=now, by=intent.initiator, source=claims.system, strength=Strength.WEAK),
        use=LinkUse.SIGN_IN if own and intent.signs_in else LinkUse.CHAT,
        role=intent.role,
    )
    moved_from: PersonId | None = None
    suspended: tuple[AccountLink, ...] = ()
    if found is None:
        link = links.add(keys, new, now=now)
    else:
        moved_from, suspended = _take(keys, found, new, now=now)
        link = _read(keys, found.id)
    if found is None or moved_from or found.state is not LinkState.ACTIVE:
        access.record_change(
            actor=intent.initiator,
            actor_kind=ActorKind.GUARDIAN,
            subject=intent.person,
            action="profile.bound",
            object=claims.system,
            now=now,
        )
    return BindOutcome(state=BindState.ACTIVE, link=link, moved_from=moved_from, suspended=suspended)


def _take(keys: Keys, found: AccountLink, new: links.NewLink, *, now: datetime) -> tuple[PersonId | None, tuple[AccountLink, ...]]:
    """The profile's link goes to the person chosen; the weak record of which it was the only way in ends, and with it its sessions.

    A diary of that record would be reached by nobody and still hold its account: it comes along, suspended (RULES A10).
    """
    former = found.person if found.person != new.person else None
    links.relink(found.id, new, now=now)
    LinkRow.update(opened_by=new.opened_by, use=new.use.value, strength=Strength.WEAK.value).where(LinkRow.id == found.id).execute()
    if former is None:
        return None, ()
    rest = tuple(link for link in links.of_persons(keys, former) if link.id != found.id)
    links.move(former, new.person)
    links.suspend((link.id for link in rest), now=now)
    move_diary_children(former, new.person)
    persons.close(former, now=now)
    return former, tuple(replace(link, person=new.person, opened_by=new.person, state=LinkState.SUSPENDED) for link in rest)


def _facts(
    keys: Keys, claims: Claims, intent: BindIntent, session_person: PersonId | None, found: AccountLink | None, *, now: datetime
) -> BindFacts:
    known = persons.by_ids(keys, (intent.initiator, intent.person, *([found.person] if found else [])))
    initiator, target = known.get(intent.initiator), known.get(intent.person)
    if initiator is None or target is None:
        raise NotFound("no such person")
    holder = known.get(found.person) if found else None
    child_side = intent.role is LinkRole.CHILD
    if child_side:
        kin = {edge.guardian for edge in edges.of_child(target.id)} | {initiator.id}
    else:
        kin = {edge.child for edge in edges.of_guardian(initiator.id)}
    kin -= {target.id}
    return BindFacts(
        session_person=session_person,
        initiator=initiator,
        target=target,
        role=intent.role,
        relation_proven=_guards(keys, initiator.id, target.id, now=now),
        holder=holder.id if holder else None,
        holder_is_shell=holder is not None and _is_shell(keys, holder),
        other_profile=_has_other(keys, target.id, claims.system, found),
        guardians=tuple(persons.by_ids(keys, sorted(kin)).values()),
        guardian_phones=_phones(keys, kin) if child_side else frozenset(),
    )


def _guards(keys: Keys, initiator: PersonId, child: PersonId, *, now: datetime) -> bool:
    """An active edge by which the initiator sees the child now; a lent view or a diary proves nothing."""
    right = view_right(keys, initiator, child, now=now)
    edge = next((one for one in edges.between(initiator, child) if one.id == right.edge), None)
    return right.allowed and edge is not None and edge.state is EdgeState.ACTIVE


def _is_shell(keys: Keys, holder: Person) -> bool:
    """A record that only weak sign-ins made: no proof of anything, no child, no strong link; it was this account and nothing else."""
    unproven = holder.snils_proof in (SnilsProof.NONE, SnilsProof.UNPROVEN) and holder.state is PersonState.ACTIVE
    strong = any(one.evidence.strength is Strength.STRONG for one in links.of_persons(keys, holder.id))
    return unproven and not strong and not edges.touching(holder.id) and len(links.sign_ins_of(keys, holder.id)) <= 1


def _has_other(keys: Keys, target: PersonId, system: str, found: AccountLink | None) -> bool:
    mine = (one for one in links.of_persons(keys, target) if one.person == target and one.system == system)
    return any(one.state is LinkState.ACTIVE and (found is None or one.id != found.id) for one in mine)


def _phones(keys: Keys, guardians: set[PersonId]) -> frozenset[str]:
    """The guardians' verified phones, in E.164."""
    wanted = sorted(guardians)
    if not wanted:
        return frozenset()
    sql = f"SELECT id, value FROM person_contact WHERE kind = 'phone' AND verified = 1 AND person IN ({marks(wanted)})"  # noqa: S608 - ? marks
    texts = (unseal(keys, ContactRow, "value", id_, value) for id_, value in fetch(ContactRow, sql, wanted))
    return frozenset(text.partition(":")[2] for text in texts)


def _refused(keys: Keys, intent: BindIntent, claims: Claims, verdict: BindVerdict, *, now: datetime) -> BindOutcome:
    if verdict.state is BindState.REVIEW and verdict.reason is not None:
        told = {
            "system": claims.system,
            "tenant": claims.tenant,
            "subject": claims.subject,
            "initiator": intent.initiator,
            "role": intent.role.value,
            "reason": verdict.reason.value,
            "signs_in": "yes" if intent.signs_in else "no",
        }
        child = intent.person if intent.role is LinkRole.CHILD else None
        open_review(
            keys,
            kind=ReviewKind.PROFILE,
            person=intent.person,
            child=child,
            reason=verdict.reason,
            evidence=told,
            about=claims.system,
            now=now,
        )
    access.record_change(
        actor=intent.initiator,
        actor_kind=ActorKind.GUARDIAN,
        subject=intent.person,
        action=f"profile.{verdict.state.value}",
        object=f"{claims.system} {verdict.reason}",
        now=now,
    )
    return BindOutcome(state=verdict.state, reason=verdict.reason, exits=verdict.exits)


def _read(keys: Keys, id_: LinkId) -> AccountLink:
    stored = links.link(keys, id_)
    assert stored is not None, "the row was read in this very unit"
    return stored

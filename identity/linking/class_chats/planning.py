"""The difference between a class's chat as it should be and as it is, pure (facts/vkid-and-class-chats.md 5)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from identity.linking.class_chats.members import (
    Can,
    Member,
    MemberState,
    Place,
    Plan,
    Record,
    Removal,
    Standing,
    Strangers,
    Why,
)
from identity.model import PersonId

GRACE = timedelta(hours=24)
"""So long a stranger may stay where strangers are removed: a parent who came by a forwarded link has this time to bind the profile."""
FEW = 3
"""So many known members may have to leave one class at once without anybody asking why."""


def plan(
    wanted: Sequence[Place],
    real: Sequence[Member],
    known: Sequence[Record],
    *,
    can: Can,
    strangers: Strangers,
    confirmed: bool = False,
    now: datetime,
) -> Plan:
    """The difference between the chat as it should be and as it is. `confirmed`: somebody looked at those who were held.

    Nothing is asked for twice: whoever was invited or left by himself is not invited again, and who is held back is no call."""
    look = _Looking(wanted, known, strangers, now)
    seen = [look.at(member) for member in real]
    removals = tuple(one.remove for one in seen if one.remove is not None)
    held = () if confirmed else _held(removals, sum(not one.is_self for one in real))
    removals = tuple(one for one in removals if one not in held) if can.remove else ()
    inside = {one.subject for one in real}
    add, invite = look.missing(inside, can=can)
    return Plan(
        add=add,
        invite=invite,
        remove=removals,
        held=held,
        tell=tuple(one.member for one in seen if one.tell),
        records=(*(one.record for one in seen if one.record is not None), *look.gone(inside)),
    )


def _held(removals: Sequence[Removal], inside: int) -> tuple[Removal, ...]:
    """A roster emptied by mistake must not empty the chats: when more than a few and more than half would go, somebody looks first.
    A restriction, a person's own word and the office's never wait."""
    waits = tuple(one for one in removals if one.why not in (Why.RESTRICTED, Why.OPTED_OUT, Why.BY_OFFICE))
    return waits if len(waits) > FEW and 2 * len(waits) > inside else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    member: Member
    record: Record | None = None
    remove: Removal | None = None
    tell: bool = False


class _Looking:
    """One look at one chat: what is wanted and what was known, by profile."""

    def __init__(self, wanted: Sequence[Place], known: Sequence[Record], strangers: Strangers, now: datetime) -> None:
        self.by_subject = {place.subject: place for place in wanted if place.subject is not None}
        self.by_person = {place.person: place for place in wanted}
        self.before = {one.subject: one for one in known}
        self.strangers = strangers
        self.now = now

    def state(self, subject: str) -> MemberState | None:
        found = self.before.get(subject)
        return found.state if found is not None else None

    def at(self, member: Member) -> _Seen:
        """One who is inside: whether he may be, and what is remembered of him from now on."""
        place, before = self.by_subject.get(member.subject), self.before.get(member.subject)
        if member.is_self:
            return _Seen(member=member)
        if place is not None and place.standing is not Standing.OUT:
            return _Seen(member=member, record=self._now(member, MemberState.JOINED, place.person))
        if place is not None:
            return self._leaver(member, place.person, place.why)
        if before is not None and before.state in (MemberState.JOINED, MemberState.INVITED):
            # Was of the class and is no more by this profile: what his place says now, where he still has one.
            now = self.by_person.get(before.person) if before.person is not None else None
            out = now is not None and now.standing is Standing.OUT
            return self._leaver(member, before.person, now.why if now is not None and out else Why.NOT_OF_CLASS)
        return self._stranger(member)

    def _leaver(self, member: Member, person: PersonId | None, why: Why) -> _Seen:
        """The owner cannot go, and an administrator of the chat only by a restriction: of him the school is told instead."""
        if member.is_owner or (member.is_admin and why is not Why.RESTRICTED):
            return self._stranger(member)
        record = self._now(member, MemberState.JOINED, person)
        back = self.state(member.subject) is MemberState.REMOVED
        return _Seen(member=member, record=record, remove=Removal(subject=member.subject, why=why, person=person, back=back))

    def _stranger(self, member: Member) -> _Seen:
        """Nobody of the class as far as the hub knows. Administrators may be those whom the school named: told of, never removed."""
        before, state = self.before.get(member.subject), self.state(member.subject)
        if member.is_owner or state is MemberState.KEPT:
            return _Seen(member=member)
        person = before.person if before is not None else None
        removal = Removal(subject=member.subject, why=Why.STRANGER, person=person)
        if state is MemberState.DOOMED:
            return _Seen(member=member, record=before, remove=replace(removal, why=Why.BY_OFFICE))
        if state is MemberState.REMOVED and not member.is_admin:
            return _Seen(member=member, record=before, remove=replace(removal, back=True))
        record = self._now(member, MemberState.UNKNOWN, person)
        over = self.strangers is Strangers.REMOVE and not member.is_admin and self.now - record.since >= GRACE
        return _Seen(member=member, record=record, remove=removal if over else None, tell=state is not MemberState.UNKNOWN)

    def _now(self, member: Member, state: MemberState, person: PersonId | None) -> Record:
        before = self.before.get(member.subject)
        if before is not None and before.state is state:
            return replace(before, person=person or before.person)
        by_link = before.by_link if before is not None else False
        return Record(subject=member.subject, state=state, since=self.now, person=person, by_link=by_link)

    def missing(self, inside: Collection[str], *, can: Can) -> tuple[tuple[Place, ...], tuple[Place, ...]]:
        """Those who should be inside and are not, to be added or to be invited; who left by himself is neither."""
        add: list[Place] = []
        invite: list[Place] = []
        for subject, place in self.by_subject.items():
            record = self.before.get(subject)
            if subject in inside or place.standing is not Standing.IN or (record is not None and record.state in _ASKED_ONCE):
                continue
            by_link = record is not None and record.by_link
            (add if can.add and not by_link else invite).append(place)
        return tuple(add), tuple(invite)

    def gone(self, inside: Collection[str]) -> tuple[Record, ...]:
        """Those who were inside at the last look and left by themselves."""
        out = (one for one in self.before.values() if one.subject not in inside and one.state in _WERE_INSIDE)
        return tuple(replace(one, state=MemberState.LEFT, since=self.now) for one in out)


_WERE_INSIDE = frozenset({MemberState.JOINED, MemberState.UNKNOWN, MemberState.DOOMED, MemberState.KEPT})
_ASKED_ONCE = _WERE_INSIDE | {MemberState.LEFT, MemberState.INVITED}

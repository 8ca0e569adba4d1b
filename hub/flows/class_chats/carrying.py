"""A plan carried out at the messenger: each member by himself, a trouble of the whole chat ends it, and what was done is told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zlib import crc32

from connectors.kit.class_chat import ChatAccount, ClassChatPort, Outcome, Sending, ToPerson
from connectors.kit.errors import ConnectorError, RateLimited, TimedOut, Unavailable
from connectors.kit.manifest import ChatAbility
from hub.flows.class_chats.words import MESSENGERS
from hub.store.school.chats.journal import Done
from hub.store.school.chats.members import Noted
from hub.store.school.chats.rooms import RoomCard
from identity.linking.class_chats import MemberState, Place, Plan, Record, Removal

INVITATION = (
    "Здравствуйте! Чат вашего класса: {link}\nПриглашение пришло, потому что в кабинете School Hub дано согласие на этот чат."
    " Входить не обязательно; отказаться можно там же, в разделе «Чаты»."
)


REMOVED_BEFORE = "removed_before"
"""The messenger lets nobody back by the link who was removed: a person in the chat has to bring him."""


@dataclass(slots=True, kw_only=True)
class Carried:
    """What became of a plan; `error` is the trouble that ended it before its end."""

    noted: dict[str, Noted] = field(default_factory=dict)
    done: list[Done] = field(default_factory=list)
    link: str = ""
    invited: list[Place] = field(default_factory=list)
    added: list[Place] = field(default_factory=list)
    error: ConnectorError | None = None


class Carrying:
    """One plan, one chat. A refusal for one member is written down beside him and stops nobody else."""

    def __init__(self, port: ClassChatPort, account: ChatAccount, room: RoomCard, now: datetime, *, removed: Collection[str] = ()) -> None:
        """`removed`: profiles that were removed from this chat before."""
        self._port = port
        self._account = account
        self._room = room
        self._now = now
        self._barred = frozenset(removed) if not MESSENGERS[room.kind].readmits else frozenset()
        self._can = port.manifest.chat
        self.carried = Carried(link=room.link)

    async def carry_out(self, plan: Plan) -> Carried:
        """Those who must go first: whoever may not see the chat sees it no moment longer for others' sake."""
        try:
            for removal in plan.remove:
                await self._remove(removal)
            by_link = await self._add(plan.add) if plan.add else ()
            for place in (*by_link, *plan.invite):
                await self._invite(place, by_link=place in by_link)
        except ConnectorError as error:
            self.carried.error = error
        return self.carried

    async def _remove(self, removal: Removal) -> None:
        result = await self._port.remove(self._account, self._room.outside, removal.subject, for_good=removal.back)
        gone = result.outcome in (Outcome.DONE, Outcome.ALREADY)
        if gone:
            record = Record(subject=removal.subject, state=MemberState.REMOVED, since=self._now, person=removal.person)
            self._note(record, None, result.code)
        done = Done(action="member.removed", person=removal.person, why=removal.why.value, code=result.code, ok=gone)
        self.carried.done.append(done)

    async def _add(self, places: Sequence[Place]) -> tuple[Place, ...]:
        """Whoever cannot be added comes by the link, at once."""
        results = await self._port.add(self._account, self._room.outside, [place.subject or "" for place in places])
        by_link = []
        for place, result in zip(places, results, strict=True):
            added = result.outcome in (Outcome.DONE, Outcome.ALREADY)
            if added:
                self._note(self._record(place, MemberState.JOINED), place, result.code)
                self.carried.added.append(place)
            elif result.outcome is Outcome.NEEDS_LINK:
                by_link.append(place)
            else:
                self._note(self._record(place, MemberState.INVITED, by_link=True), place, result.code)
            if result.outcome is not Outcome.NEEDS_LINK:
                why = place.why.value
                self.carried.done.append(Done(action="member.added", person=place.person, why=why, code=result.code, ok=added))
        return tuple(by_link)

    async def _invite(self, place: Place, *, by_link: bool) -> None:
        """Once. Where the messenger does not let us write to the person, the link waits in the cabinet."""
        if place.subject in self._barred:
            self._note(self._record(place, MemberState.INVITED, by_link=True), place, REMOVED_BEFORE)
            done = Done(action="member.invited", person=place.person, why=place.why.value, code=REMOVED_BEFORE, ok=False)
            self.carried.done.append(done)
            return
        link, code, sent = await self._link(), "", True
        self._note(self._record(place, MemberState.INVITED, by_link=by_link), place, "")
        if ChatAbility.SEND in self._can:
            try:
                sending = await self._send(place, link)
            except (TimedOut, Unavailable, RateLimited) as error:
                if isinstance(error, RateLimited) or ChatAbility.SENDS_ONCE in self._can:
                    del self.carried.noted[place.subject or ""]  # the same message may be asked for again, and comes once
                raise
            code, sent = sending.code, sending.outcome is Outcome.DONE
        self._note(self._record(place, MemberState.INVITED, by_link=by_link), place, code)
        self.carried.invited.append(place)
        self.carried.done.append(Done(action="member.invited", person=place.person, why=place.why.value, code=code, ok=sent))

    async def _send(self, place: Place, link: str) -> Sending:
        """Named by the link and the day: a repeat after a lost answer is the same message, an invitation that was asked for is another."""
        key = f"{self._room.id}.{place.person}.{crc32(link.encode())}.{self._now.date()}"
        text = INVITATION.format(link=link)
        return await self._port.send(self._account, ToPerson(member=place.subject or ""), text, key=key)

    async def _link(self) -> str:
        if not self.carried.link:
            self.carried.link = await self._port.invite_link(self._account, self._room.outside)
        return self.carried.link

    def _record(self, place: Place, state: MemberState, *, by_link: bool = False) -> Record:
        return Record(subject=place.subject or "", state=state, since=self._now, person=place.person, by_link=by_link)

    def _note(self, record: Record, place: Place | None, code: str) -> None:
        before = self.carried.noted.get(record.subject)
        by_link = record.by_link or (before.record.by_link if before is not None else False)
        child = place.by if place is not None else None
        self.carried.noted[record.subject] = Noted(record=replace(record, by_link=by_link), child=child, code=code)

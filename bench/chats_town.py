"""A thousand classes with their families in a database, and a messenger in memory that counts what it is asked."""

# ruff: noqa: ARG002 - the methods take what the port of chats names

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random

from connectors.kit.class_chat import (
    AccountSeen,
    ChatAccount,
    ChatMember,
    ChatRights,
    MemberResult,
    NewChat,
    Outcome,
    Sending,
    ToChat,
    ToPerson,
)
from connectors.kit.errors import Rejected, Unavailable
from connectors.kit.manifest import ChatAbility, Instance, Kind, Manifest
from hub.deps import Deps
from hub.store.school import schools
from hub.store.school.chats import carriers, rooms
from hub.store.school.chats.carriers import NewCarrier
from hub.store.school.chats.rooms import NewRoom
from hub.store.school.schools import SchoolCard
from identity.claims import Level
from identity.consent import Purpose, Word
from identity.linking.class_chats import Audience, Strangers
from identity.model import Evidence, EvidenceKind, LinkRole, LinkUse, Origin, Person, PersonId, Strength
from identity.store import NewLink, links, persons
from identity.store.family.tables import ConsentRow
from identity.store.rows import insert, new_id
from identity.store.school.tables import CardRow
from identity.store.tables import EdgeRow

CLASSES, FAMILIES, SCHOOLS = 1_000, 30, 25
A_SECOND = 20
"""What a community may ask in a second."""
FAULT = 500
"""One call in so many is not answered."""


MANIFEST = Manifest(
    id="vkapi",
    title="VK",
    kind=Kind.CHAT,
    instances=(Instance(name="vkapi", title="VK", prefixes=("vkapi",)),),
    documents=(),
    chat=frozenset(ChatAbility) - {ChatAbility.ADD},
)


@dataclass
class Counting:
    """A messenger with the rules of VK: a community lists, writes, removes and has a link, and adds nobody."""

    name: str = "vkapi"
    rng: Random = field(default_factory=lambda: Random(5))
    inside: dict[str, set[str]] = field(default_factory=dict)
    reachable: set[str] = field(default_factory=set)
    asked: set[tuple[str, str]] = field(default_factory=set)
    calls: Counter[str] = field(default_factory=Counter)
    by_account: Counter[str] = field(default_factory=Counter)

    manifest: Manifest = field(default_factory=lambda: MANIFEST)

    def _call(self, account: ChatAccount, method: str) -> None:
        self.calls[method] += 1
        self.by_account[account.id] += 1
        if self.rng.randrange(FAULT) == 0:
            raise Unavailable(self.name, "no answer")

    async def check(self, account: ChatAccount) -> AccountSeen:
        return AccountSeen(id=account.id, name="bench")

    async def create(self, account: ChatAccount, title: str, members: Sequence[str] = ()) -> NewChat:
        raise Rejected(self.name, "cannot")

    async def chats(self, account: ChatAccount) -> tuple[tuple[str, str], ...]:
        self._call(account, "chats")
        return ()

    async def invite_link(self, account: ChatAccount, chat: str, *, reset: bool = False) -> str:
        self._call(account, "invite_link")
        return f"https://chat.test/{chat}"

    async def members(self, account: ChatAccount, chat: str) -> tuple[ChatMember, ...]:
        self._call(account, "members")
        return (ChatMember(id=account.id, is_self=True, is_admin=True), *(ChatMember(id=one) for one in sorted(self.inside[chat])))

    async def add(self, account: ChatAccount, chat: str, members: Sequence[str]) -> tuple[MemberResult, ...]:
        raise Rejected(self.name, "cannot")

    async def remove(self, account: ChatAccount, chat: str, member: str, *, for_good: bool = False) -> MemberResult:
        self._call(account, "remove")
        self.inside[chat].discard(member)
        return MemberResult(member=member, outcome=Outcome.DONE)

    async def rename(self, account: ChatAccount, chat: str, title: str) -> None:
        raise Rejected(self.name, "cannot")

    async def send(self, account: ChatAccount, to: ToChat | ToPerson, text: str, *, key: str) -> Sending:
        self._call(account, "send")
        member = to.member if isinstance(to, ToPerson) else ""
        self.asked.add((text.partition("https://chat.test/")[2].split()[0], member))
        takes = member in self.reachable
        return Sending(outcome=Outcome.DONE if takes else Outcome.REFUSED, code="" if takes else "901")

    async def rights(self, account: ChatAccount, chat: str) -> ChatRights:
        raise Rejected(self.name, "cannot")


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    chat: str
    guardian: PersonId
    subject: str


def populate(deps: Deps, port: Counting, number: int, *, now: datetime) -> list[Family]:
    """In the caller's unit: one class, its pupils with a guardian each who agreed and bound a profile; some are in the chat already."""
    school, klass, chat = f"10277{number % SCHOOLS:08d}", f"{number // SCHOOLS}", f"{2_000_000_000 + number}"
    carrier = _account(deps, school, now)
    new = NewRoom(school=school, klass=klass, audience=Audience.PARENTS, carrier=carrier, kind=port.name, title=klass, outside=chat)
    rooms.add(deps.keys, new, now=now)
    families = [_family(deps, school, klass, chat, f"{number * 100 + place + 1}", now) for place in range(FAMILIES)]
    already = port.rng.randrange(FAMILIES + 1)
    port.inside[chat] = {one.subject for one in families[:already]}
    port.reachable |= {one.subject for one in families if port.rng.random() < 0.7}
    return families


def _account(deps: Deps, school: str, now: datetime) -> str:
    known = carriers.by_account(deps.keys, "vkapi", school)
    if known is not None:
        return known.id
    card = SchoolCard(ogrn=school, inn="7701000001", legal_name=school, short_name=school, zone="Europe/Moscow")
    schools.put_school(card, now=now)
    new = NewCarrier(
        school=school, carrier="vkapi", since=date(2025, 1, 1), account=f"club{school}", account_name="bench", username="",
        strangers=Strangers.TELL, token="token",
    )  # fmt: skip
    return carriers.put(deps.keys, new, by="bench", now=now)


def _family(deps: Deps, school: str, klass: str, chat: str, subject: str, now: datetime) -> Family:
    keys = deps.keys
    child = persons.add(keys, Person(id=PersonId(""), first_name="П", birth_date=date(2015, 1, 1), origin=Origin.ROSTER), now=now).id
    adult = Person(id=PersonId(""), first_name="М", birth_date=date(1985, 1, 1), level=Level.CONFIRMED)
    guardian = persons.add(keys, adult, now=now).id
    insert(CardRow, child=child, school=school, klass=klass, state="active", entered_by="bench", created_at=now, updated_at=now)
    insert(
        EdgeRow, id=new_id(), guardian=guardian, child=child, kind="parent", state="active", rights="notices view",
        evidence="school_approval", evidence_by="bench", evidence_at=now, created_at=now,
    )  # fmt: skip
    said(guardian, Word.GIVEN, now=now - timedelta(days=1))
    evidence = Evidence(kind=EvidenceKind.BOTH_SIDES_LOGIN, at=now, by=guardian, source="vkid", strength=Strength.WEAK)
    new = NewLink(
        system="vkid", subject=subject, person=guardian, opened_by=guardian, evidence=evidence, use=LinkUse.CHAT, role=LinkRole.PARENT
    )
    links.add(keys, new, now=now)
    return Family(chat=chat, guardian=guardian, subject=subject)


def said(who: PersonId, word: Word, *, now: datetime) -> None:
    insert(
        ConsentRow, id=new_id(), subject=who, giver=who, purpose=Purpose.CHAT.value, word=word.value, text_version="bench",
        operator="bench", at=now,
    )  # fmt: skip


@dataclass
class Clock:
    at: datetime = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

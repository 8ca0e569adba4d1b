"""Messengers played in memory, and a class with families who want its chats, or do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from connectors.kit.class_chat import (
    AccountSeen,
    BotEvent,
    BotEvents,
    ChatAccount,
    ChatMember,
    ChatRights,
    Detached,
    Happening,
    MemberResult,
    NewChat,
    Outcome,
    Sending,
    ToChat,
    ToPerson,
)
from connectors.kit.errors import Rejected
from connectors.kit.invite_link import InviteLink
from connectors.kit.manifest import ChatAbility, Instance, Kind, Manifest
from connectors.kit.secret import Secret
from hub.flows.class_chats.following import follow_changes
from hub.flows.class_chats.reconcile import look_at
from hub.store.school import schools
from hub.store.school.chats import rooms
from hub.store.school.schools import OfficerCard
from identity.linking.class_chats import Audience
from identity.model import Evidence, EvidenceKind, LinkRole, LinkUse, PersonId, Strength
from identity.store import NewLink, links, seal_audit
from tests.flows.desk_kit import Desk, open_desk, snils
from tests.flows.kit import Browser, parent
from tests.flows.office_kit import OGRN, signed

KLASS = "6А"
VK = frozenset(ChatAbility) - {ChatAbility.ADD}
MAX = frozenset(ChatAbility) - {ChatAbility.CREATE, ChatAbility.LIST_CHATS, ChatAbility.RESET_LINK, ChatAbility.SENDS_ONCE}


@dataclass
class PlayedChat:
    title: str
    members: dict[str, ChatMember] = field(default_factory=dict)
    link: str = ""
    may: bool = True
    said: list[str] = field(default_factory=list)

    def come(self, *people: str, **more: Any) -> None:
        for one in people:
            self.members[one] = ChatMember(id=one, name=f"Участник {one}", **more)


@dataclass
class Messenger:
    """VK or MAX in memory. `fails` by method name is raised once, or for ever under `dead`; `calls` are the methods asked, in order."""

    name: str
    chat_abilities: frozenset[ChatAbility]
    chats_: dict[str, PlayedChat] = field(default_factory=dict)
    reachable: set[str] = field(default_factory=set)
    fails: dict[str, Exception] = field(default_factory=dict)
    dead: dict[str, Exception] = field(default_factory=dict)
    refused: dict[str, MemberResult] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    letters: list[tuple[str, str]] = field(default_factory=list)
    happened: list[BotEvent] = field(default_factory=list)
    tokens: set[str] = field(default_factory=lambda: {"good"})

    @property
    def manifest(self) -> Manifest:
        instance = Instance(name=self.name, title=self.name, prefixes=(self.name,))
        return Manifest(id=self.name, title=self.name, kind=Kind.CHAT, instances=(instance,), documents=(), chat=self.chat_abilities)

    def _called(self, method: str) -> None:
        self.calls.append(method)
        error = self.fails.pop(method, None) or self.dead.get(method)
        if error is not None:
            raise error

    def _chat(self, chat: str) -> PlayedChat:
        if chat not in self.chats_:
            raise Detached(self.name, "927 no such chat")
        return self.chats_[chat]

    async def check(self, account: ChatAccount) -> AccountSeen:
        self._called("check")
        if account.token.reveal() not in self.tokens:
            raise Rejected(self.name, "verify.token", "Токен не подошёл.")
        return AccountSeen(id=account.id or "bot", name="Бот школы", username="school_bot")

    async def create(self, account: ChatAccount, title: str, members: Sequence[str] = ()) -> NewChat:
        self._called("create")
        id_ = str(len(self.chats_) + 1)
        made = PlayedChat(title=title)
        made.come("bot", is_self=True, is_admin=True, is_bot=True)
        self.chats_[id_] = made
        made.come(*(one for one in members if one in self.reachable))
        absent = (one for one in members if one not in self.reachable)
        return NewChat(id=id_, results=tuple(MemberResult(member=one, outcome=Outcome.NEEDS_LINK) for one in absent))

    async def chats(self, account: ChatAccount) -> tuple[tuple[str, str], ...]:
        self._called("chats")
        return tuple((id_, one.title) for id_, one in self.chats_.items())

    async def invite_link(self, account: ChatAccount, chat: str, *, reset: bool = False) -> str:
        self._called("invite_link")
        self._chat(chat)
        return f"https://chat.test/join/{chat}"

    async def members(self, account: ChatAccount, chat: str) -> tuple[ChatMember, ...]:
        self._called("members")
        return tuple(self._chat(chat).members.values())

    async def add(self, account: ChatAccount, chat: str, members: Sequence[str]) -> tuple[MemberResult, ...]:
        self._called("add")
        found = self._chat(chat)
        results = []
        for one in members:
            if one in self.reachable:
                found.come(one)
                results.append(MemberResult(member=one, outcome=Outcome.DONE))
            else:
                results.append(MemberResult(member=one, outcome=Outcome.NEEDS_LINK, code="add.participant.privacy"))
        return tuple(results)

    async def remove(self, account: ChatAccount, chat: str, member: str, *, for_good: bool = False) -> MemberResult:
        self._called("remove")
        if member in self.refused:
            return self.refused[member]
        gone = self._chat(chat).members.pop(member, None)
        return MemberResult(member=member, outcome=Outcome.DONE if gone else Outcome.ALREADY)

    async def rename(self, account: ChatAccount, chat: str, title: str) -> None:
        self._called("rename")

    async def send(self, account: ChatAccount, to: ToChat | ToPerson, text: str, *, key: str) -> Sending:
        self._called("send")
        if isinstance(to, ToChat):
            self._chat(to.chat).said.append(text)
        elif to.member not in self.reachable:
            return Sending(outcome=Outcome.REFUSED, code="901")
        else:
            self.letters.append((to.member, text))
        return Sending(outcome=Outcome.DONE, id="1")

    async def rights(self, account: ChatAccount, chat: str) -> ChatRights:
        self._called("rights")
        found = self._chat(chat)
        return ChatRights(
            title=found.title, can_list=True, can_invite=found.may, can_remove=found.may, can_rename=found.may, can_write=True
        )


@dataclass
class Bot(Messenger):
    """A messenger whose bot hears people."""

    def start_link(self, bot: AccountSeen, code: str) -> str:
        return f"https://max.test/{bot.username}?start={code}"

    async def events(self, account: ChatAccount, *, place: str = "", wait_s: int = 0) -> BotEvents:
        self._called("events")
        start = int(place or 0)
        return BotEvents(events=tuple(self.happened[start:]), place=str(len(self.happened)))

    async def subscribe(self, account: ChatAccount, url: str, secret: Secret) -> None:
        self._called("subscribe")

    async def unsubscribe(self, account: ChatAccount, url: str) -> None:
        self._called("unsubscribe")


@dataclass
class Class:
    """A desk with VK and MAX. `vk` is the school's, Petya is in 6А, his mother Anna and his teacher Olga may bind profiles."""

    desk: Desk
    vk: Messenger
    max: Bot
    olga: Browser

    async def json(self, browser: Browser, method: str, path: str, body: Any = None, *, expect: int = 200, **headers: str) -> Any:
        answer = await (browser.get(path) if method == "GET" else browser.send(method, path, json=body, **headers))
        assert answer.status_code == expect, (answer.status_code, await answer.get_data(as_text=True))
        return await answer.get_json() if expect != 204 else None

    async def connect(self, carrier: str = "vkapi", **more: Any) -> Any:
        body = {"token": "good", "account": "bot"} | more
        return await self.json(self.desk.nina, "PUT", f"/api/v1/office/messengers/{carrier}", body)

    async def make(self, audience: str = "parents", **more: Any) -> str:
        body = {"class": KLASS, "audience": audience} | more
        return str((await self.json(self.desk.nina, "POST", "/api/v1/office/chats", body, expect=201))["id"])

    async def bind(self, person: str, subject: str, *, system: str = "vkid", role: LinkRole = LinkRole.PARENT) -> None:
        deps, now = self.desk.hub.deps, self.desk.hub.clock()
        evidence = Evidence(kind=EvidenceKind.BOTH_SIDES_LOGIN, at=now, by=person, source=system, strength=Strength.WEAK)
        new = NewLink(
            system=system, subject=subject, person=PersonId(person), opened_by=PersonId(person), evidence=evidence, use=LinkUse.CHAT,
            role=role,
        )  # fmt: skip
        await deps.db.write(lambda: links.add(deps.keys, new, now=now))

    async def agree(self, browser: Browser, purpose: str = "chat", *, subject: str | None = None, word: str = "given") -> None:
        items = (await self.json(browser, "GET", "/api/v1/consents"))["items"]
        me = (await browser.me())["person"]["id"]
        one = next(one for one in items if one["purpose"] == purpose and one["subject"]["id"] == (subject or me))
        body = {"subject": subject or me, "purpose": purpose, "version": one["text"]["version"], "word": word}
        await self.json(browser, "POST", "/api/v1/consents", body, expect=201)

    async def follow(self) -> None:
        """Changes reach the chats: the chain is sealed, then followed."""
        deps = self.desk.hub.deps
        await deps.db.write(lambda: seal_audit(deps.keys, now=deps.now()))
        while await follow_changes(deps):
            pass

    async def look(self, chat: str) -> None:
        await look_at(self.desk.hub.deps, chat)

    async def due(self) -> list[str]:
        deps = self.desk.hub.deps
        return [one.id for one in await deps.db.write(lambda: rooms.due(deps.keys, now=deps.now(), limit=50))]

    async def room(self, chat: str) -> rooms.RoomCard:
        deps = self.desk.hub.deps
        found = await deps.db.read(lambda: rooms.find(deps.keys, chat))
        assert found is not None
        return found

    async def shown(self, chat: str, officer: Browser | None = None) -> dict[str, Any]:
        found: dict[str, Any] = await self.json(officer or self.desk.nina, "GET", f"/api/v1/office/chats/{chat}")
        return found

    async def mine(self, browser: Browser, child: str | None = None, audience: str = "parents") -> dict[str, Any]:
        found = await self.json(browser, "GET", f"/api/v1/children/{child or self.desk.petya}/chats")
        return next(one for one in found["items"] if one["audience"] == audience)

    def played(self, chat: rooms.RoomCard) -> PlayedChat:
        return (self.vk if chat.kind == "vkapi" else self.max).chats_[chat.outside]

    def tell(self, kind: Happening, **more: Any) -> None:
        self.max.happened.append(BotEvent(kind=kind, at=self.desk.hub.clock(), **more))


async def open_class(hub: Any) -> Class:
    desk = await open_desk(hub)
    vk, max_ = Messenger("vkapi", VK), Bot("max", MAX)
    ports = cast("dict[str, object]", desk.hub.deps.chats)
    ports.update({"vkapi": vk, "max": max_, "invite_link": InviteLink()})
    number, now = snils(155000011), desk.hub.clock()
    cards = [OfficerCard(school=OGRN, role="class_teacher", snils=number.digits, names=("Зимина", "Ольга", ""), class_name=KLASS)]
    await desk.hub.deps.db.write(lambda: schools.put_officers(desk.hub.deps.keys, cards, now=now))
    desk.hub.esia.claims["olga"] = replace(parent("of olga", last_name="Зимина", first_name="Ольга", children=()), snils=number)
    return Class(desk=desk, vk=vk, max=max_, olga=await signed(desk.hub, "olga"))


async def with_chat(made: Class, *, audience: Audience = Audience.PARENTS) -> str:
    """VK connected, Anna bound and agreed, and the chat made."""
    await made.connect()
    await made.follow()
    anna = await made.desk.person(made.desk.anna)
    await made.bind(anna, "anna")
    await made.agree(made.desk.anna)
    return await made.make(audience.value)

"""A diary with correspondence played in memory, and a family that has linked it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from connectors.kit.correspondence import Folder, Letter, Message, MessageHead, MessagePage, Recipient
from connectors.kit.diary import DiaryChild
from connectors.kit.errors import AuthExpired, NotFound
from connectors.kit.ports import Access
from tests.flows.family_kit import parents
from tests.flows.kit import Browser, FakeDiary, Hub, origin

MASTER = Recipient(key="t1", name="Ким Анна Олеговна", role="классный руководитель", is_class_teacher=True)
OTHER = Recipient(key="t2", name="Белов Олег Ильич", role="учитель")
TYPED = {"subject": "Вопрос", "text": "Нужна ли форма?", "recipients": ["t1"]}


@dataclass
class FakeMail(FakeDiary):
    """`sends_fail` is raised instead of a sending's answer; `sent` is what went out, `opened` what was read."""

    people: tuple[Recipient, ...] = (MASTER, OTHER)
    sent: list[Letter] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    marked: list[tuple[str, bool]] = field(default_factory=list)
    sends_fail: Exception | None = None
    before_send: Any = None
    inbox: int = 3

    async def messages(self, access: Access, child: DiaryChild, folder: Folder, *, page: int = 1) -> MessagePage:
        self._check(access)
        if folder is Folder.SENT:
            heads = tuple(self._head(f"s{number}", one.subject, "Орлова Анна") for number, one in enumerate(self.sent))
            return MessagePage(heads=heads, total=len(heads))
        start = (page - 1) * 2
        heads = tuple(self._head(f"m{number}", f"Письмо {number}", MASTER.name) for number in range(start, min(start + 2, self.inbox)))
        return MessagePage(heads=heads, total=self.inbox, next_page=page + 1 if start + 2 < self.inbox else None)

    async def message(self, access: Access, child: DiaryChild, id: str) -> Message:
        self._check(access)
        if not id.startswith("m"):
            raise NotFound(self.name, "no such letter")
        self.opened.append(id)
        return Message(head=self._head(id, f"Письмо {id[1:]}", MASTER.name), text="<b>Собрание</b> в 18:30")

    async def recipients(self, access: Access, child: DiaryChild) -> tuple[Recipient, ...]:
        self._check(access)
        return self.people

    async def send(self, access: Access, child: DiaryChild, letter: Letter) -> str:
        self._check(access)
        if self.before_send:
            await self.before_send()
        if self.sends_fail:
            raise self.sends_fail
        self.sent.append(letter)
        return f"s{len(self.sent)}"

    async def set_done(self, access: Access, child: DiaryChild, homework: str, *, done: bool) -> None:
        self._check(access)
        if self.sends_fail:
            raise self.sends_fail
        self.marked.append((homework, done))

    def _head(self, id_: str, subject: str, sender: str) -> MessageHead:
        unread = id_ not in self.opened
        return MessageHead(origin=origin(id_), subject=subject, sender=sender, sent_at=self.clock() - timedelta(days=1), unread=unread)


def with_mail(hub: Hub) -> FakeMail:
    """From here on the hub's diary carries letters."""
    mail = FakeMail(hub.clock, accounts=hub.diary.accounts)
    hub.diary = mail
    hub.change(diaries={"dnevnik": mail})
    return mail


async def letters_of(hub: Hub) -> tuple[Browser, Browser, str]:
    """Anna with the diary, Boris without, the path of the child's messages."""
    anna, boris, child = await parents(hub)
    return anna, boris, f"/api/v1/children/{child}/messages"


def expired() -> AuthExpired:
    return AuthExpired("dnevnik", "invalidToken")

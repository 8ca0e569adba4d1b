"""Every diary with correspondence: listing changes nothing there, opening reads, a letter goes once, and the eight errors stay typed."""

from __future__ import annotations

from typing import Any, cast

import msgspec
import pytest

from connectors.kit.calls import FORCED
from connectors.kit.correspondence import Folder, Letter, MessageHead, MessagePort
from connectors.kit.diary import DiaryChild
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.ports import DiaryAccount
from tests.contract.conftest import sandbox_app
from tests.contract.offering import offering
from tests.contract.stand import Stand, manifest_of

FAULTS: list[tuple[str, Any, tuple[type[ConnectorError], ...]]] = [
    ("status", 500, (Unavailable,)),
    ("status", 404, (NotFound,)),
    ("drop", None, (Unavailable,)),
    ("html", 502, (Unavailable,)),
    ("garbage", None, (Drifted,)),
    ("rate_limit", 60, (RateLimited,)),
    ("auth_expired", None, (AuthExpired,)),
    ("drift", None, (Drifted,)),
]


@pytest.fixture(params=offering(MessagePort))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def port(diary: Stand) -> MessagePort:
    return cast(MessagePort, diary.port)


@pytest.fixture
async def inbox(port: MessagePort, account: DiaryAccount, child: DiaryChild) -> tuple[MessageHead, ...]:
    return (await port.messages(account.access, child, Folder.INBOX)).heads


async def writes(port: MessagePort, account: DiaryAccount, child: DiaryChild) -> bool:
    """A diary without anybody to write to is for reading only."""
    return bool(await port.recipients(account.access, child))


@pytest.fixture(autouse=True)
def _as_new(name: str) -> Any:
    """The mail boxes are emptied; the town stays, for a year of marks takes a while to make."""
    yield
    sandbox_app().systems[manifest_of(name).instance(name).prefixes[0]].reset()


@pytest.mark.rule("C3")
async def test_a_listing_twice_is_equal_and_leaves_every_letter_unread(
    port: MessagePort, account: DiaryAccount, child: DiaryChild, inbox: tuple[MessageHead, ...]
) -> None:
    again = (await port.messages(account.access, child, Folder.INBOX)).heads
    assert [(one.origin.id, one.unread) for one in again] == [(one.origin.id, True) for one in inbox]
    assert inbox, "the town has written to every family"
    assert [one.sent_at for one in inbox] == sorted((one.sent_at for one in inbox if one.sent_at), reverse=True)
    assert all(one.subject and one.sender for one in inbox)


async def test_opening_a_letter_reads_it_there_and_no_other(
    port: MessagePort, account: DiaryAccount, child: DiaryChild, inbox: tuple[MessageHead, ...]
) -> None:
    opened = await port.message(account.access, child, inbox[-1].origin.id)
    assert (opened.head.origin.id, opened.head.subject) == (inbox[-1].origin.id, inbox[-1].subject)
    assert opened.text
    assert "<" not in opened.text
    now = (await port.messages(account.access, child, Folder.INBOX)).heads
    assert [one.unread for one in now] == [True] * (len(inbox) - 1) + [False]


async def test_a_letter_is_sent_once_and_stands_among_the_sent(port: MessagePort, account: DiaryAccount, child: DiaryChild) -> None:
    letter = Letter(subject="Вопрос о форме", text="Нужна ли <сменная> обувь?\nСпасибо.", recipients=())
    if not await writes(port, account, child):
        with pytest.raises(Rejected) as told:
            await port.send(account.access, child, letter)
        assert told.value.text
        return
    master, *_ = [one for one in await port.recipients(account.access, child) if one.is_class_teacher]
    sandbox_app().sandbox.recorder.clear()
    await port.send(account.access, child, Letter(subject=letter.subject, text=letter.text, recipients=(master.key,)))
    assert len(_sendings()) == 1
    (sent,) = (await port.messages(account.access, child, Folder.SENT)).heads
    assert sent.subject == letter.subject
    assert (await port.message(account.access, child, sent.origin.id)).text == letter.text


async def test_an_answer_goes_to_who_wrote(
    port: MessagePort, account: DiaryAccount, child: DiaryChild, inbox: tuple[MessageHead, ...]
) -> None:
    answer = Letter(subject="", text="Спасибо!", reply_to=inbox[0].origin.id)
    if not await writes(port, account, child):
        assert not (await port.message(account.access, child, inbox[0].origin.id)).may_reply
        return
    assert (await port.message(account.access, child, inbox[0].origin.id)).may_reply
    await port.send(account.access, child, answer)
    (sent,) = (await port.messages(account.access, child, Folder.SENT)).heads
    assert inbox[0].subject in sent.subject
    assert not (await port.message(account.access, child, sent.origin.id)).may_reply


async def test_pages_are_turned_without_loss(port: MessagePort, account: DiaryAccount, child: DiaryChild) -> None:
    if not await writes(port, account, child):
        assert (await port.messages(account.access, child, Folder.INBOX)).next_page is None
        return
    to = ((await port.recipients(account.access, child))[0].key,)
    for number in range(23):
        await port.send(account.access, child, Letter(subject=f"Письмо {number}", text="Текст", recipients=to))
    first = await port.messages(account.access, child, Folder.SENT)
    assert (first.total, first.next_page, len(first.heads)) == (23, 2, 20)
    second = await port.messages(account.access, child, Folder.SENT, page=2)
    assert (second.next_page, len(second.heads)) == (None, 3)
    assert {one.subject for one in (*first.heads, *second.heads)} == {f"Письмо {number}" for number in range(23)}


@pytest.mark.rule("C5")
async def test_only_the_schools_people_are_offered(diary: Stand, port: MessagePort, account: DiaryAccount, child: DiaryChild) -> None:
    teachers = {person.last_name for person in diary.town.people.values() if person.role == "teacher"}
    found = await port.recipients(account.access, child)
    assert {one.name.split()[0] for one in found} <= teachers
    assert len({one.key for one in found}) == len(found)
    assert [one.is_class_teacher for one in found].count(True) == (1 if found else 0)


@pytest.mark.parametrize("turn", ["list", "open", "send"])
async def test_another_familys_child_and_letter_are_refused(port: MessagePort, account: DiaryAccount, child: DiaryChild, turn: str) -> None:
    foreign = msgspec.structs.replace(child, key="999999999")
    with pytest.raises(AccessDenied if turn == "list" else (NotFound, Rejected)):
        if turn == "list":
            await port.messages(account.access, foreign, Folder.INBOX)
        elif turn == "open":
            await port.message(account.access, child, "999999999")
        else:
            await port.send(account.access, child, Letter(subject="", text="Ответ", reply_to="999999999"))


@pytest.mark.parametrize(("kind", "value", "expected"), FAULTS, ids=lambda value: str(value) if isinstance(value, str | int) else "")
@pytest.mark.parametrize("turn", ["list", "open", "send"])
async def test_a_fault_becomes_its_error_and_a_letter_is_not_sent_again(
    diary: Stand,
    port: MessagePort,
    account: DiaryAccount,
    child: DiaryChild,
    inbox: tuple[MessageHead, ...],
    turn: str,
    kind: str,
    value: Any,
    expected: tuple[type[ConnectorError], ...],
) -> None:
    to = tuple(one.key for one in await port.recipients(account.access, child))[:1]
    if turn == "send" and (not to or kind == "drift"):
        return  # nobody to write to; what a good sending answers is documented nowhere, so nothing in it can drift
    sandbox_app().sandbox.recorder.clear()
    await diary.fault(kind, value)
    live = FORCED.set(True)  # as a person asks who does not wait: no long retries
    with pytest.raises(ConnectorError) as told:
        if turn == "list":
            await port.messages(account.access, child, Folder.INBOX)
        elif turn == "open":
            await port.message(account.access, child, inbox[0].origin.id)
        else:
            await port.send(account.access, child, Letter(subject="Вопрос", text="Текст", recipients=to))
    assert type(told.value) in expected, told.value
    assert len(_sendings()) <= 1
    FORCED.reset(live)
    await diary.well()


def _sendings() -> list[str]:
    paths = [one.path.rstrip("/") for one in sandbox_app().sandbox.recorder.all()]
    return [path for path in paths if path.endswith(("/sendmessage", "/sendreplymessage", "/mail/messages"))]

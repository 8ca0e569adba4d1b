"""Messages of ЭлЖур: maps and lists change places, an own letter is not answered, families are no recipients, a letter goes once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import httpx
import pytest

from connectors.kit.correspondence import Folder, Letter, MessagePort
from connectors.kit.errors import AccessDenied, ConnectorError, Drifted, TimedOut, Unavailable
from tests.unit.eljur.stub import RULES, Bench, child, told

MASTER = {"name": "77", "lastname": "Ким", "firstname": "Анна", "middlename": "Олеговна", "info": "Учитель"}
LINE = {"id": "5", "date": "2026-11-16 13:20:00", "subject": "Собрание", "short_text": "В четверг", "unread": True, "user_from": MASTER}
WHOLE = LINE | {"text": "<p>В <b>четверг</b></p><script>x</script>", "user_to": [], "files": []}
GROUPED = {"6А": {"name": "6А", "hometeacher_id": 77}}


def port(bench: Bench) -> MessagePort:
    return cast(MessagePort, bench.port)


def rules(groups: Any = GROUPED) -> dict[str, Any]:
    return RULES | {"relations": RULES["relations"] | {"groups": groups}}


@pytest.mark.parametrize("messages", [[LINE], {"0": LINE}, {"5": LINE | {"id": 5}}])
async def test_a_folder_is_a_list_or_a_map(bench: Bench, messages: Any) -> None:
    bench.show(getmessages={"messages": messages, "count": 1, "total": "41"})
    page = await port(bench).messages(await bench.access(), child(), Folder.INBOX, page=2)
    (head,) = page.heads
    assert (head.origin.id, head.subject, head.sender, head.unread) == ("5", "Собрание", "Ким Анна Олеговна", True)
    assert head.sent_at == datetime(2026, 11, 16, 8, 20, tzinfo=UTC), "the school's clock, two hours ahead of Moscow"
    assert (page.total, page.next_page) == (41, 3)
    assert bench.stub.forms("getmessages")[0] | {"folder": "inbox", "page": "2", "limit": "20"} == bench.stub.forms("getmessages")[0]


@pytest.mark.parametrize(("messages", "total", "following"), [([], "0", None), ([LINE] * 20, None, 2), ([LINE] * 3, None, None)])
async def test_without_a_total_a_full_page_promises_another(bench: Bench, messages: Any, total: Any, following: int | None) -> None:
    bench.show(getmessages={"messages": messages, "count": 1} | ({} if total is None else {"total": total}))
    assert (await port(bench).messages(await bench.access(), child(), Folder.SENT)).next_page == following


@pytest.mark.rule("C8")
async def test_a_letter_is_plain_text_and_its_files_are_https(bench: Bench) -> None:
    files = [{"filename": "a.pdf", "link": "/f/1"}, {"filename": "b", "link": "javascript:x"}]
    bench.show(getmessageinfo={"message": WHOLE | {"files": files}})
    found = await port(bench).message(await bench.access(), child(), "5")
    assert found.text == "В четверг"
    assert [one.url for one in found.attachments] == ["https://shkola7.eljur.ru/f/1", ""]
    assert found.may_reply
    assert found.head.has_files


@pytest.mark.parametrize("author", [MASTER | {"name": "52"}, None])
async def test_an_own_letter_and_one_of_nobody_is_not_answered(bench: Bench, author: Any) -> None:
    bench.show(getmessageinfo={"message": WHOLE | {"user_from": author, "files": {}, "user_to": {}}})
    assert not (await port(bench).message(await bench.access(), child(), "5")).may_reply


async def test_another_letter_than_the_asked_one_is_drift(bench: Bench) -> None:
    bench.show(getmessageinfo={"message": WHOLE})
    with pytest.raises(Drifted):
        await port(bench).message(await bench.access(), child(), "6")


@pytest.mark.rule("C5")
async def test_families_are_left_out_and_the_class_teacher_is_first(bench: Bench) -> None:
    other = MASTER | {"name": 78, "lastname": "Белов", "info": None}
    pupil = MASTER | {"name": "900", "lastname": "Однокласснов"}
    groups = [
        {"key": "teachers", "name": "Учителя", "users": [other, MASTER], "subgroups": []},
        {"key": "students", "name": "Ученики", "users": [pupil]},
        {"key": "g7", "name": "Классы", "subgroups": {"1": {"key": "p", "name": "Родители 6А", "users": {"901": pupil | {"name": "901"}}}}},
        {"key": "admin", "name": "Администрация", "users": {"78": other}},
    ]
    bench.show(getmessagereceivers={"groups": groups}, getrules=rules())
    found = await port(bench).recipients(await bench.access(), child())
    assert [(one.key, one.role, one.is_class_teacher) for one in found] == [
        ("77", "классный руководитель", True),
        ("78", "Учителя", False),
    ]


@pytest.mark.parametrize("groups", [[], {}, {"6А": {"name": "6А"}, "7Б": {"name": "7Б", "hometeacher_id": "78"}}])
async def test_without_a_known_class_nobody_is_called_its_teacher(bench: Bench, groups: Any) -> None:
    bench.show(getmessagereceivers={"groups": {"1": {"key": "t", "users": [MASTER]}}}, getrules=rules(groups))
    assert [one.is_class_teacher for one in await port(bench).recipients(await bench.access(), child())] == [False]


@pytest.mark.parametrize(("result", "id_"), [({}, ""), ([], ""), ({"message_id": 9}, "9"), ({"id": "7"}, "7"), (None, "")])
async def test_a_letter_is_sent_by_a_form(bench: Bench, result: Any, id_: str) -> None:
    bench.show(sendmessage=result)
    letter = Letter(subject="Вопрос", text="Текст", recipients=("77", "78"))
    assert await port(bench).send(await bench.access(), child(), letter) == id_
    (form,) = bench.stub.forms("sendmessage")
    assert (form["subject"], form["text"], form["users_to"]) == ("Вопрос", "Текст", "77,78")
    assert all("auth_token" not in str(one.url) for one in bench.stub.asked)


def silent(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("30 s", request=request)


@pytest.mark.parametrize(
    ("answer", "error"),
    [(lambda request: httpx.Response(502, content=b"<html>"), Unavailable), (silent, TimedOut)],
    ids=["502", "silence"],
)
async def test_a_letter_is_never_sent_twice_by_itself(bench: Bench, answer: Any, error: type[ConnectorError]) -> None:
    bench.show(sendreplymessage=answer)
    with pytest.raises(error):
        await port(bench).send(await bench.access(), child(), Letter(subject="", text="Да", reply_to="5"))
    assert len(bench.stub.forms("sendreplymessage")) == 1


async def test_a_refusal_behind_a_200_is_one(bench: Bench) -> None:
    bench.show(sendmessage=lambda request: httpx.Response(200, json=told({}, 403, "Access denied")))
    with pytest.raises(AccessDenied):
        await port(bench).send(await bench.access(), child(), Letter(subject="а", text="б", recipients=("1",)))

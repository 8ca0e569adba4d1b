"""Every refusal of MAX by wire bytes: which error it becomes, how often it was asked, and what tells two alike refusals apart."""

from __future__ import annotations

import httpx
import pytest

from connectors.kit.class_chat import AccountDead, Detached, LostRights, Outcome, ToChat, ToPerson, carrier_code
from connectors.kit.errors import AccessDenied, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable
from tests.unit.max.stub import ACCOUNT, CHAT, Stub, chat, member, refused, said

TABLE: list[tuple[int, str, type[ConnectorError], int]] = [
    (401, "verify.token", AccountDead, 1),
    (403, "verify.token", AccountDead, 1),
    (403, "chat.denied", AccessDenied, 1),
    (404, "chat.not.found", Detached, 1),
    (404, "message.not.found", NotFound, 1),
    (400, "proto.payload", Rejected, 1),
    (405, "method.not.allowed", Rejected, 1),
    (429, "too.many.requests", RateLimited, 3),
    (500, "internal.error", Unavailable, 3),
    (503, "service.unavailable", Unavailable, 3),
]


@pytest.mark.parametrize(("status", "code", "kind", "times"), TABLE, ids=[f"{row[0]} {row[1]}" for row in TABLE])
async def test_a_refusal_becomes_its_error_and_is_tried_as_often_as_it_is_worth(
    status: int, code: str, kind: type[ConnectorError], times: int
) -> None:
    stub = Stub(refused(status, code))
    with pytest.raises(ConnectorError) as told:
        await stub.port.check(ACCOUNT)
    assert type(told.value) is kind
    assert carrier_code(told.value) == code
    assert len(stub.asked) == times
    assert told.value.text, "no sentence for the office"


async def test_retry_after_is_honoured_where_there_is_time_and_told_where_there_is_not() -> None:
    stub = Stub(refused(429, "too.many.requests", **{"Retry-After": "3"}), said({"user_id": 50000001, "first_name": "Бот"}))
    assert (await stub.port.check(ACCOUNT)).id == "50000001"
    assert stub.clock.slept == [3.0]
    stub = Stub(refused(429, "too.many.requests", **{"Retry-After": "600"}))
    with pytest.raises(RateLimited) as told:
        await stub.port.check(ACCOUNT)
    assert (told.value.after_s, stub.clock.slept, len(stub.asked)) == (600.0, [], 1)


@pytest.mark.parametrize(
    "question",
    [
        lambda port: port.members(ACCOUNT, CHAT),
        lambda port: port.add(ACCOUNT, CHAT, ["5"]),
        lambda port: port.remove(ACCOUNT, CHAT, "5"),
        lambda port: port.rename(ACCOUNT, CHAT, "8Б"),
        lambda port: port.send(ACCOUNT, ToChat(chat=CHAT), "Собрание", key="k"),
    ],
    ids=["members", "add", "remove", "rename", "send"],
)
async def test_one_look_tells_a_bot_without_rights_from_one_that_was_thrown_out(question: object) -> None:
    assert callable(question)
    stub = Stub(refused(403, "chat.denied"), said(member(50000001)))
    with pytest.raises(LostRights):
        await question(stub.port)
    assert stub.asked[1:] == [f"GET /chats/{CHAT}/members/me"]
    for second in (refused(403, "chat.denied"), refused(404, "chat.not.found")):
        with pytest.raises(Detached):
            await question(Stub(refused(403, "chat.denied"), second).port)
    with pytest.raises(Unavailable):
        await question(Stub(refused(403, "chat.denied"), refused(503, "service.unavailable")).port)


@pytest.mark.parametrize("answer", [httpx.Response(403, text="<html>"), httpx.Response(403, text=""), refused(403, "firewall")])
async def test_a_wall_before_max_detaches_no_chat(answer: httpx.Response) -> None:
    stub = Stub(answer)
    for question in (stub.port.members(ACCOUNT, CHAT), stub.port.invite_link(ACCOUNT, CHAT), stub.port.rights(ACCOUNT, CHAT)):
        with pytest.raises(ConnectorError) as told:
            await question
        assert not isinstance(told.value, Detached | LostRights)


@pytest.mark.parametrize("shown", [{"status": "removed"}, {"status": "left"}, {"status": "closed"}, {"status": "new"}, {"type": "channel"}])
async def test_a_chat_that_is_not_active_is_detached(shown: dict[str, str]) -> None:
    with pytest.raises(Detached):
        await Stub(said(chat(**shown))).port.invite_link(ACCOUNT, CHAT)


@pytest.mark.parametrize(
    "answer",
    [refused(404, "dialog.not.found"), refused(403, "error.dialog.suspended"), refused(403, "chat.denied"), refused(404, "user.not.found")],
)
async def test_a_person_who_did_not_open_the_bot_or_stopped_it_fails_nobody_else(answer: httpx.Response) -> None:
    sent = await Stub(answer).port.send(ACCOUNT, ToPerson(member="5"), "Ссылка", key="k")
    assert (sent.outcome, sent.id) == (Outcome.REFUSED, "")
    assert "." in sent.code


@pytest.mark.parametrize("answer", [httpx.Response(404, text="<html>"), httpx.Response(403, text="no"), refused(401, "verify.token")])
async def test_a_refusal_that_is_not_the_persons_is_raised(answer: httpx.Response) -> None:
    with pytest.raises(ConnectorError):
        await Stub(answer).port.send(ACCOUNT, ToPerson(member="5"), "Ссылка", key="k")


async def test_a_message_is_asked_once_since_a_repeat_would_arrive_twice() -> None:
    for answer in (refused(503, "service.unavailable"), httpx.ReadError("gone"), refused(429, "too.many.requests")):
        stub = Stub(answer)
        with pytest.raises(ConnectorError):
            await stub.port.send(ACCOUNT, ToChat(chat=CHAT), "Собрание", key="k")
        assert stub.asked == ["POST /messages"]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{}", b'{"members":{}}', b'{"members":[{"user_id":"x"}]}', b'{"members":[{"user_id":1}]}']
)
async def test_an_answer_of_another_shape_is_a_drift(body: bytes) -> None:
    with pytest.raises(Drifted):
        await Stub(httpx.Response(200, content=body)).port.members(ACCOUNT, CHAT)


async def test_what_a_bot_cannot_do_is_said_and_not_tried() -> None:
    stub = Stub(said({}))
    for question in (
        stub.port.create(ACCOUNT, "7Б"),
        stub.port.chats(ACCOUNT),
        stub.port.invite_link(ACCOUNT, CHAT, reset=True),
        stub.port.send(ACCOUNT, ToChat(chat=CHAT), "x" * 4001, key="k"),
    ):
        with pytest.raises(Rejected) as told:
            await question
        assert told.value.text
    assert not stub.asked

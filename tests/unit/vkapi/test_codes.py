"""Every code of VK's table by wire bytes: which error it becomes, how often it was asked, and how long was waited."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from connectors.kit.class_chat import (
    AccountDead,
    CaptchaAsked,
    Detached,
    LongBlock,
    LostRights,
    Outcome,
    ToChat,
    ToPerson,
    carrier_code,
)
from connectors.kit.errors import AccessDenied, ConnectorError, Drifted, RateLimited, Rejected, Unavailable
from tests.unit.vkapi.stub import ACCOUNT, OTHER, Stub, refused, said

CHAT = "220000001_1"
MEMBERS = said({"count": 0, "items": []})
TABLE: list[tuple[int, type[ConnectorError], int, list[float]]] = [
    (1, Unavailable, 3, [1.0, 2.0]),
    (10, Unavailable, 3, [1.0, 2.0]),
    (43, Unavailable, 3, [1.0, 2.0]),
    (5, AccountDead, 1, []),
    (27, AccountDead, 1, []),
    (28, AccountDead, 1, []),
    (6, RateLimited, 3, [1.0, 2.0]),
    (9, LongBlock, 1, []),
    (29, LongBlock, 1, []),
    (14, CaptchaAsked, 1, []),
    (7, AccessDenied, 1, []),
    (15, AccessDenied, 1, []),
    (17, Rejected, 1, []),
    (24, Rejected, 1, []),
    (100, Rejected, 1, []),
    (113, Rejected, 1, []),
    (103, Rejected, 1, []),
    (8, Rejected, 1, []),
    (917, Detached, 1, []),
    (927, Detached, 1, []),
    (945, Detached, 1, []),
    (946, Detached, 1, []),
    (925, LostRights, 1, []),
    (919, LostRights, 1, []),
    (931, LostRights, 1, []),
    (932, Rejected, 1, []),
    (4242, Rejected, 1, []),
]


@pytest.mark.parametrize(("code", "kind", "times", "waits"), TABLE, ids=[str(row[0]) for row in TABLE])
async def test_a_code_becomes_its_error_and_is_tried_as_often_as_it_is_worth(
    code: int, kind: type[ConnectorError], times: int, waits: list[float]
) -> None:
    stub = Stub(refused(code))
    with pytest.raises(ConnectorError) as told:
        await stub.port.members(ACCOUNT, CHAT)
    assert type(told.value) is kind
    assert carrier_code(told.value) == str(code)
    assert (len(stub.asked), stub.clock.slept) == (times, waits)
    assert told.value.text, "no sentence for the office"


@pytest.mark.parametrize("code", [1, 10, 43, 6])
async def test_one_hiccup_is_not_seen(code: int) -> None:
    stub = Stub(refused(code), MEMBERS)
    assert await stub.port.members(ACCOUNT, CHAT) == ()


@pytest.mark.parametrize("code", [1, 10, 43])
async def test_a_chat_is_never_asked_for_twice_after_an_unclear_answer(code: int) -> None:
    stub = Stub(refused(code), said({"chat_id": 7, "peer_ids": []}))
    with pytest.raises(Unavailable):
        await stub.port.create(ACCOUNT, "7Б")
    assert len(stub.asked) == 1


async def test_a_chat_refused_for_haste_was_not_made_and_is_asked_for_again() -> None:
    stub = Stub(refused(6), said({"chat_id": 7, "peer_ids": []}))
    assert (await stub.port.create(ACCOUNT, "7Б")).id == "220000001_7"


async def test_a_lost_answer_to_a_new_chat_is_not_repeated() -> None:
    stub = Stub(httpx.ReadError("gone"))
    with pytest.raises(Unavailable):
        await stub.port.create(ACCOUNT, "7Б")
    assert len(stub.asked) == 1


@pytest.mark.parametrize("code", [9, 29])
async def test_a_long_block_is_kept_and_the_same_is_not_asked_again(code: int) -> None:
    stub = Stub(refused(code), said(1))
    with pytest.raises(LongBlock) as told:
        await stub.port.rename(ACCOUNT, CHAT, "8Б")
    assert (told.value.after_s or 0) >= 3600
    stub.clock.now += 60
    with pytest.raises(LongBlock) as told:
        await stub.port.rename(ACCOUNT, CHAT, "8Б")
    assert (told.value.after_s or 0) >= 3600 - 60
    assert len(stub.asked) == 1
    await stub.port.rename(OTHER, "220000002_1", "8Б")
    assert len(stub.asked) == 2, "another community is not blocked"
    stub.clock.now += 6 * 3600
    await stub.port.rename(ACCOUNT, CHAT, "8Б")


async def test_a_long_block_of_one_action_lets_the_others_through() -> None:
    stub = Stub(refused(9), MEMBERS)
    with pytest.raises(LongBlock):
        await stub.port.send(ACCOUNT, ToChat(chat=CHAT), "Собрание", key="k")
    assert await stub.port.members(ACCOUNT, CHAT) == ()


async def test_a_captcha_is_told_to_a_person_and_never_answered() -> None:
    asked = {"captcha_sid": "1", "captcha_img": "https://vk.ru/captcha.php?sid=1", "redirect_uri": "https://id.vk.ru/not_robot"}
    stub = Stub(refused(14, "Captcha needed", **asked))
    with pytest.raises(CaptchaAsked) as told:
        await stub.port.rename(ACCOUNT, CHAT, "8Б")
    assert "браузере" in told.value.text
    assert len(stub.asked) == 1


async def test_27_of_a_method_that_is_not_for_communities_does_not_bury_the_key() -> None:
    stub = Stub(refused(27, "Group authorization failed: method is unavailable with group auth."))
    with pytest.raises(AccessDenied) as told:
        await stub.port.rename(ACCOUNT, CHAT, "8Б")
    assert not isinstance(told.value, AccountDead)


@pytest.mark.parametrize(("code", "outcome"), [(935, Outcome.ALREADY), (936, Outcome.UNKNOWN_PERSON), (15, Outcome.REFUSED)])
async def test_what_concerns_one_member_is_a_value_while_it_is_removed(code: int, outcome: Outcome) -> None:
    result = await Stub(refused(code)).port.remove(ACCOUNT, CHAT, "700000001")
    assert (result.member, result.outcome, result.code) == ("700000001", outcome, str(code))


@pytest.mark.parametrize("code", [917, 925, 5, 9, 103])
async def test_what_concerns_the_chat_is_raised_while_a_member_is_removed(code: int) -> None:
    with pytest.raises(ConnectorError):
        await Stub(refused(code)).port.remove(ACCOUNT, CHAT, "700000001")


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (900, Outcome.REFUSED),
        (901, Outcome.REFUSED),
        (902, Outcome.REFUSED),
        (936, Outcome.UNKNOWN_PERSON),
        (939, Outcome.REFUSED),
        (947, Outcome.REFUSED),
    ],
)
async def test_a_person_who_takes_no_messages_fails_nobody_else(code: int, outcome: Outcome) -> None:
    sent = await Stub(refused(code)).port.send(ACCOUNT, ToPerson(member="700000001"), "Ссылка", key="k")
    assert (sent.outcome, sent.code, sent.id) == (outcome, str(code), "")
    with pytest.raises(Rejected):
        await Stub(refused(code)).port.send(ACCOUNT, ToChat(chat=CHAT), "Собрание", key="k")


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_broken_gateway_is_tried_three_times(status: int) -> None:
    stub = Stub(httpx.Response(status, text="<html>"))
    with pytest.raises(Unavailable):
        await stub.port.members(ACCOUNT, CHAT)
    assert len(stub.asked) == 3


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b'{"response":{}}',
        b'{"error":{"error_code":"x"}}',
        b'{"error":{"error_code":true}}',
        b'{"response":[1]}',
    ],
)
async def test_an_answer_of_another_shape_is_a_drift(body: bytes) -> None:
    with pytest.raises(Drifted):
        await Stub(httpx.Response(200, content=body)).port.members(ACCOUNT, CHAT)


async def test_no_error_shows_the_key_or_what_was_written() -> None:
    for code in (5, 15, 100, 927):
        stub = Stub(refused(code, "token vk1.g.key of Иван"))
        with pytest.raises(ConnectorError) as told:
            await stub.port.rename(ACCOUNT, CHAT, "7Б Иванова")
        shown: Any = (str(told.value), told.value.text, repr(told.value))
        assert not any(word in text for text in shown for word in ("vk1.g.key", "Иван"))

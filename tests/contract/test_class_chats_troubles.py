"""The eight errors of every carrier of class chats, by faults of the sandbox: typed, with a sentence for the office, nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.kit.class_chat import AccountDead
from connectors.kit.errors import (
    ALL,
    AccessDenied,
    AuthExpired,
    ConnectorError,
    Drifted,
    NotFound,
    RateLimited,
    Rejected,
    TimedOut,
    Unavailable,
)
from tests.contract.chats import Chats
from tests.nothing_skipped import not_applicable

BY_CODE = {error.code: error for error in ALL}
FAULTS: list[tuple[str, Any, tuple[type[ConnectorError], ...]]] = [
    ("status", 500, (Unavailable,)),
    ("status", 503, (Unavailable,)),
    ("status", 401, (AuthExpired, AccountDead)),
    ("status", 403, (AccessDenied, AuthExpired)),
    ("status", 404, (NotFound,)),
    ("status", 429, (RateLimited,)),
    ("status", 418, (Drifted, Rejected)),
    ("drop", None, (Unavailable,)),
    ("html", 200, (Unavailable,)),
    ("html", 502, (Unavailable,)),
    ("garbage", None, (Drifted,)),
    ("rate_limit", 60, (RateLimited,)),
    ("auth_expired", None, (AccountDead,)),
    ("drift", None, (Drifted,)),
]


async def listed(desk: Chats) -> None:
    await desk.port.members(desk.account, desk.chat)


async def checked(desk: Chats) -> None:
    await desk.port.check(desk.account)


async def removed(desk: Chats) -> None:
    await desk.port.remove(desk.account, desk.chat, "700000001")


@pytest.mark.parametrize("question", [listed, checked, removed])
@pytest.mark.parametrize(("kind", "value", "expected"), FAULTS, ids=lambda value: str(value) if isinstance(value, str | int) else "")
async def test_a_fault_becomes_its_error(
    desk: Chats, question: Any, kind: str, value: Any, expected: tuple[type[ConnectorError], ...]
) -> None:
    await desk.fault(kind, value)
    if kind == "drift" and question is removed and desk.carrier == "vkapi":
        not_applicable("the answer is the bare number 1: there is nothing to rename")
    with pytest.raises(ConnectorError) as told:
        await question(desk)
    assert isinstance(told.value, expected), told.value
    assert told.value.system == desk.carrier
    assert told.value.text, "no sentence for the office"


async def test_an_answer_that_never_comes_is_timed_out(desk: Chats, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"connectors.{desk.carrier}.client.CALL_WITHIN_S", 0.05)
    await desk.fault("latency", 60)
    with pytest.raises(TimedOut):
        await listed(desk)


async def test_the_carriers_own_words_for_an_error_are_understood(desk: Chats) -> None:
    for code, own in desk.port.manifest.error_codes.items():
        await desk.fault("error", int(own) if own.isdigit() else own)
        with pytest.raises(ConnectorError) as told:
            await checked(desk)
        assert isinstance(told.value, BY_CODE[code]), (own, told.value)
        await desk.well()


async def test_one_hiccup_is_not_seen(desk: Chats) -> None:
    await desk.fault("status", 503, times=1)
    assert await desk.port.members(desk.account, desk.chat)

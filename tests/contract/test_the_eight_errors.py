"""Each of the eight errors, provoked by a fault of the sandbox, comes out typed, and nothing else comes out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connectors.kit.calls import FORCED
from connectors.kit.diary import DiaryChild
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
from connectors.kit.ports import DiaryAccount
from connectors.kit.secret import Secret
from tests.contract.stand import Family, Stand

BY_CODE = {error.code: error for error in ALL}
FAULTS: list[tuple[str, Any, tuple[type[ConnectorError], ...]]] = [
    ("status", 500, (Unavailable,)),
    ("status", 503, (Unavailable,)),
    ("status", 401, (AuthExpired,)),
    ("status", 403, (AccessDenied, AuthExpired)),
    ("status", 404, (NotFound,)),
    ("status", 429, (RateLimited,)),
    ("status", 418, (Drifted, Rejected)),
    ("drop", None, (Unavailable,)),
    ("html", 200, (Unavailable, Drifted, AuthExpired)),
    ("html", 502, (Unavailable,)),
    ("garbage", None, (Drifted,)),
    ("rate_limit", 60, (RateLimited,)),
    ("auth_expired", None, (AuthExpired,)),
    ("drift", None, (Drifted,)),
]


async def opened(diary: Stand, account: DiaryAccount) -> None:
    await diary.port.account(account.access)


async def was_read(diary: Stand, account: DiaryAccount) -> None:
    await diary.read(account.access, account.children[0], await diary.week())


@pytest.fixture(params=[opened, was_read], ids=["account", "read"])
def question(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def live() -> Any:
    """As a person asks who does not wait: no long retries."""
    token = FORCED.set(True)
    yield
    FORCED.reset(token)


@pytest.mark.parametrize(("kind", "value", "expected"), FAULTS, ids=lambda value: str(value) if isinstance(value, str | int) else "")
@pytest.mark.usefixtures("live")
async def test_a_fault_becomes_its_error(
    diary: Stand, account: DiaryAccount, question: Any, kind: str, value: Any, expected: tuple[type[ConnectorError], ...]
) -> None:
    await diary.fault(kind, value)
    with pytest.raises(ConnectorError) as told:
        await question(diary, account)
    assert type(told.value) in expected, told.value
    assert told.value.system == diary.name
    await diary.well()


@pytest.mark.usefixtures("live")
async def test_an_answer_that_never_comes_is_timed_out_within_the_persons_patience(
    diary: Stand, account: DiaryAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    await diary.fault("latency", 60)
    monkeypatch.setattr("connectors.kit.deadline.LIVE_S", 0.2)
    with pytest.raises(TimedOut):
        await was_read(diary, account)


@pytest.mark.usefixtures("live")
async def test_the_systems_own_words_for_an_error_are_understood(diary: Stand, account: DiaryAccount, question: Any) -> None:
    for code, own in diary.manifest.error_codes.items():
        await diary.fault("error", own)
        with pytest.raises(ConnectorError) as told:
            await question(diary, account)
        assert type(told.value) is BY_CODE[code], (own, told.value)
        await diary.well()


def test_all_eight_are_provoked(diary: Stand) -> None:
    provoked = {error for _, _, expected in FAULTS for error in expected} | {TimedOut}
    assert provoked | {BY_CODE[code] for code in diary.manifest.error_codes} >= set(ALL)


@pytest.mark.usefixtures("live")
async def test_a_rate_limit_says_how_long_to_wait(diary: Stand, account: DiaryAccount) -> None:
    await diary.fault("rate_limit", 60)
    with pytest.raises(RateLimited) as told:
        await was_read(diary, account)
    assert told.value.after_s == 60


@pytest.mark.usefixtures("live")
async def test_a_drift_names_the_path_inside_the_answer(diary: Stand, account: DiaryAccount, question: Any) -> None:
    await diary.fault("drift")
    with pytest.raises(Drifted) as told:
        await question(diary, account)
    assert told.value.where.startswith(("$", "/")), told.value.where


@pytest.mark.parametrize(
    ("kind", "value"), [("status", 500), ("drop", None), ("html", 200), ("garbage", None), ("rate_limit", 60), ("auth_expired", None)]
)
@pytest.mark.usefixtures("live")
async def test_a_sign_in_fails_with_one_of_the_eight_too(diary: Stand, family: Family, kind: str, value: Any) -> None:
    await diary.families()
    await diary.fault(kind, value)
    with pytest.raises(ConnectorError) as told:
        await diary.open(family)
    assert type(told.value) in ALL


@pytest.mark.parametrize(
    ("kind", "value"),
    [("status", 500), ("status", 404), ("drop", None), ("html", 200), ("garbage", None), ("rate_limit", 60), ("auth_expired", None)],
)
@pytest.mark.usefixtures("live")
async def test_a_renewal_fails_with_one_of_the_eight_too(diary: Stand, account: DiaryAccount, kind: str, value: Any) -> None:
    renewable = replace(account.access, refresh=Secret("r" * 32))
    await diary.fault(kind, value)
    with pytest.raises(ConnectorError) as told:
        await diary.port.refresh(renewable)
    assert type(told.value) in ALL


async def test_one_hiccup_is_not_seen(diary: Stand, account: DiaryAccount, child: DiaryChild) -> None:
    await diary.fault("status", 503, times=1)
    assert (await diary.read(account.access, child, await diary.week())) is not None


async def test_it_answers_again_when_the_fault_is_over(diary: Stand, account: DiaryAccount, child: DiaryChild) -> None:
    await diary.fault("garbage")
    with pytest.raises(Drifted):
        await diary.read(account.access, child, await diary.week())
    await diary.well()
    assert (await diary.read(account.access, child, await diary.week())).lessons is not None

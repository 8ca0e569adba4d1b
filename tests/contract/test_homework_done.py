"""Every diary where the family marks homework as done: it shows there, it can be taken back, and saying it twice is harmless."""

from __future__ import annotations

from typing import cast

import pytest

from connectors.kit.calls import FORCED
from connectors.kit.correspondence import HomeworkDonePort
from connectors.kit.diary import Datum, DiaryChild, Homework
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.ports import DiaryAccount
from tests.contract.offering import offering
from tests.contract.stand import Stand

FAULTS: list[tuple[str, object, type[ConnectorError]]] = [
    ("status", 500, Unavailable),
    ("drop", None, Unavailable),
    ("rate_limit", 60, RateLimited),
    ("auth_expired", None, AuthExpired),
]


@pytest.fixture(params=offering(HomeworkDonePort))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def port(diary: Stand) -> HomeworkDonePort:
    return cast(HomeworkDonePort, diary.port)


async def first(diary: Stand, account: DiaryAccount, child: DiaryChild) -> Homework:
    page = await diary.read(account.access, child, await diary.week(), Datum.HOMEWORK)
    assert page.homework, "the town sets homework each week"
    return page.homework[0]


@pytest.mark.feature("F166")
async def test_a_homework_is_done_and_undone(diary: Stand, port: HomeworkDonePort, account: DiaryAccount, child: DiaryChild) -> None:
    before = await first(diary, account, child)
    for done in (True, True, False):
        await port.set_done(account.access, child, before.origin.id, done=done)
        after = await first(diary, account, child)
        assert (after.origin.id, after.done) == (before.origin.id, done)


async def test_an_unknown_homework_is_refused(port: HomeworkDonePort, account: DiaryAccount, child: DiaryChild) -> None:
    for id_ in ("999999999999", "../users/me"):
        with pytest.raises((NotFound, Rejected, AccessDenied)):
            await port.set_done(account.access, child, id_, done=True)


@pytest.mark.parametrize(("kind", "value", "expected"), FAULTS, ids=[kind for kind, _, _ in FAULTS])
async def test_a_fault_becomes_its_error(
    diary: Stand,
    port: HomeworkDonePort,
    account: DiaryAccount,
    child: DiaryChild,
    kind: str,
    value: object,
    expected: type[ConnectorError],
) -> None:
    known = await first(diary, account, child)
    await diary.fault(kind, value)
    live = FORCED.set(True)  # as a person asks who does not wait: no long retries
    with pytest.raises(expected):
        await port.set_done(account.access, child, known.origin.id, done=True)
    FORCED.reset(live)
    await diary.well()
    assert (await first(diary, account, child)).done is not True

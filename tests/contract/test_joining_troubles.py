"""What goes wrong in joining a school: each of the eight, lost answers found again, notices that nobody may trust."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from connectors.kit.calls import FORCED
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
from connectors.kit.school_joining import BundleState, Change, Changes, Event, Notice, reason_of
from connectors.kit.secret import Secret
from tests.contract.joining_stand import HEAR, JoiningStand, first
from tests.contract.stand import manifest_of

BY_CODE = {error.code: error for error in ALL}
FAULTS: list[tuple[str, Any, tuple[type[ConnectorError], ...]]] = [
    ("status", 500, (Unavailable,)),
    ("status", 503, (Unavailable,)),
    ("status", 401, (AuthExpired,)),
    ("status", 403, (AccessDenied,)),
    ("status", 404, (NotFound,)),
    ("status", 429, (RateLimited,)),
    ("status", 418, (Drifted, Rejected)),
    ("drop", None, (Unavailable,)),
    ("html", 200, (Unavailable, Drifted)),
    ("html", 502, (Unavailable,)),
    ("garbage", None, (Drifted,)),
    ("rate_limit", 60, (RateLimited,)),
    ("auth_expired", None, (AuthExpired,)),
    ("drift", None, (Drifted,)),
]
CODES = (
    *("malformed", "token_missing", "token_expired", "consent_missing", "level_too_low", "profile_missing", "wrong_profile"),
    *("own_request", "office_only", "system_only", "too_young", "pupil_acts_alone", "not_found", "person_unknown", "school_unknown"),
    *("method_unknown", "profile_exists", "already_decided", "withdrawn", "expired", "not_draft", "not_closed", "version_changed"),
    *("child_unknown", "certificate_missing", "school_year", "terms_changed", "reason_missing", "value", "version_missing"),
    *("too_many", "internal", "maintenance"),
)
"""Every code of docs/wire/my_school.md."""

Question = Callable[[JoiningStand, str], Awaitable[Any]]


async def list_of_bundles(joining: JoiningStand, oid: str) -> None:
    await joining.port.bundles(oid)


async def changes(joining: JoiningStand, oid: str) -> None:
    await joining.port.changes()


@pytest.fixture(params=[list_of_bundles, changes], ids=["bundles", "changes"])
def question(request: pytest.FixtureRequest) -> Question:
    found: Question = request.param
    return found


@pytest.fixture
def live() -> Any:
    """As a person asks who does not wait: no long retries."""
    token = FORCED.set(True)
    yield
    FORCED.reset(token)


@pytest.mark.parametrize(("kind", "value", "expected"), FAULTS, ids=lambda value: str(value) if isinstance(value, str | int) else "")
@pytest.mark.usefixtures("live")
async def test_a_fault_becomes_its_error(
    joining: JoiningStand, question: Question, kind: str, value: Any, expected: tuple[type[ConnectorError], ...]
) -> None:
    oid = (await joining.submitted()).applicant
    await joining.fault(kind, value)
    with pytest.raises(ConnectorError) as told:
        await question(joining, oid)
    assert type(told.value) in expected, told.value
    assert told.value.system == joining.name
    if isinstance(told.value, Drifted):
        assert told.value.where.startswith(("$", "status")), told.value.where
    if kind == "rate_limit":
        assert isinstance(told.value, RateLimited) and told.value.after_s == 60
    await joining.well()
    await question(joining, oid)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.usefixtures("live")
async def test_every_code_of_the_document_keeps_its_name(joining: JoiningStand, code: str) -> None:
    oid = (await joining.submitted()).applicant
    await joining.fault("error", code, path="*/me")
    with pytest.raises(ConnectorError) as told:
        await joining.port.profile(oid)
    assert type(told.value) in ALL
    assert reason_of(told.value) == code
    assert any("а" <= letter <= "я" for letter in told.value.text)


@pytest.mark.usefixtures("live")
async def test_the_manifest_says_how_the_system_names_each_error(joining: JoiningStand) -> None:
    oid = (await joining.submitted()).applicant
    codes = manifest_of(joining.name).error_codes
    assert {BY_CODE[code] for code in codes} | {TimedOut, Drifted} == set(ALL)
    for code, own in codes.items():
        await joining.fault("error", own, path="*/me")
        with pytest.raises(ConnectorError) as told:
            await joining.port.profile(oid)
        assert type(told.value) is BY_CODE[code], (own, told.value)
        await joining.well()


async def test_one_hiccup_is_not_seen(joining: JoiningStand) -> None:
    oid = (await joining.submitted()).applicant
    for kind, value in (("status", 503), ("drop", None), ("auth_expired", None)):
        await joining.fault(kind, value, times=1)
        assert (await joining.port.profile(oid)).oid == oid


@pytest.mark.rule("B2")
@pytest.mark.usefixtures("live")
async def test_a_bundle_whose_answer_was_lost_is_found_by_its_key(joining: JoiningStand, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = await joining.ready(await joining.father())
    asked = await joining.application(profile)
    await joining.fault("late_answer", 60, path="*/bundles", times=1)
    with monkeypatch.context() as short, pytest.raises(TimedOut):
        short.setattr("connectors.kit.deadline.LIVE_S", 1.0)
        await joining.port.create(profile.oid, asked, submit=True)
    await joining.well()
    (found,) = await joining.port.bundles(profile.oid, child=profile.children[0].id, school_ogrn=asked.school_ogrn)
    assert found.state is BundleState.SUBMITTED
    again = await joining.port.create(profile.oid, asked, submit=True)
    assert (again.is_new, again.bundle) == (False, found)


@pytest.mark.usefixtures("live")
async def test_a_decision_whose_answer_was_lost_is_made_once(joining: JoiningStand, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle, officer = await joining.submitted(), await joining.officer()
    await joining.fault("late_answer", 60, path="*/approve", times=1)
    with monkeypatch.context() as short, pytest.raises(TimedOut):
        short.setattr("connectors.kit.deadline.LIVE_S", 1.0)
        await joining.port.approve(officer, first(bundle).id, version=2)
    await joining.well()
    held = await joining.port.approve(officer, first(bundle).id, version=2)
    assert held == await joining.port.request(officer, first(bundle).id)
    assert [one.event for one in (await joining.again(bundle)).history].count(Event.APPROVED) == 1


async def test_never_more_calls_at_once_than_agreed(joining: JoiningStand) -> None:
    oid = (await joining.submitted()).applicant
    await joining.fault("latency", 0.02)
    await asyncio.gather(*(joining.port.profile(oid) for _ in range(20)))
    assert joining.calls is not None
    assert joining.calls.most <= manifest_of(joining.name).parallel_calls


async def test_changes_come_in_order_whoever_made_them_and_go_on_where_one_stopped(joining: JoiningStand) -> None:
    began = (await joining.port.changes()).next
    bundle, officer = await joining.submitted(), await joining.officer()
    await joining.port.approve(officer, first(bundle).id, version=2)
    found: list[Change] = []
    place = began
    while (page := await joining.port.changes(place, 1)).items:
        found += page.items
        place = page.next
    assert [one.event for one in found] == [Event.CREATED, Event.SUBMITTED, Event.APPROVED]
    assert {(one.bundle, one.oid) for one in found} == {(bundle.id, bundle.applicant)}
    assert [one.version for one in found] == sorted(one.version for one in found)
    assert found[-1].version == (await joining.again(bundle)).version
    assert await joining.port.changes(place) == Changes(items=(), next=place)


async def test_who_took_the_consent_back_is_no_longer_heard_of(joining: JoiningStand) -> None:
    bundle = await joining.submitted()
    place = (await joining.port.changes()).next
    await joining.port.forget(bundle.applicant)
    await joining.port.approve(await joining.officer(), first(bundle).id, version=2)
    assert (await joining.port.changes(place)).items == ()


def read(joining: JoiningStand, request: httpx.Request, *secrets: Secret) -> Notice:
    return joining.port.read_notice(request.headers, request.content, secrets)


async def test_a_change_is_told_and_the_notice_names_nobody(joining: JoiningStand) -> None:
    secret = await joining.port.subscribe(HEAR)
    bundle = await joining.submitted()
    await joining.told()
    notices = [read(joining, one, secret) for one in joining.receiver.came]
    assert [(one.bundle, one.state) for one in notices] == [(bundle.id, BundleState.DRAFT), (bundle.id, BundleState.SUBMITTED)]
    assert [one.seq for one in notices] == [one.seq for one in (await joining.port.changes()).items[-2:]]
    told = b"".join(one.content for one in joining.receiver.came).decode()
    assert bundle.applicant not in told and bundle.child.last_name not in told
    await joining.port.unsubscribe()
    await joining.port.withdraw(bundle.applicant, bundle.id)
    await joining.told()
    assert len(joining.receiver.came) == 2


@pytest.mark.parametrize(("tamper", "code"), [("signature", "notice_forged"), ("state", ""), ("time", "notice_time")])
async def test_a_spoilt_notice_is_refused_or_no_more_than_a_hint(joining: JoiningStand, tamper: str, code: str) -> None:
    """A system that signs a wrong state is believed no further than that something changed: the bundle is asked for."""
    secret = await joining.port.subscribe(HEAR)
    bundle = await joining.submitted()
    await joining.told()
    joining.receiver.came.clear()
    await joining.post(f"/_sandbox/{joining.name}/notices/repeat", {"tamper": tamper})
    for one in joining.receiver.came:
        if code:
            with pytest.raises(Rejected) as told:
                read(joining, one, secret)
            assert reason_of(told.value) == code
        else:
            assert read(joining, one, secret).bundle == bundle.id
    assert joining.receiver.came
    assert (await joining.again(bundle)).state is BundleState.SUBMITTED


async def test_notices_come_three_times_late_and_in_any_order_with_the_same_id(joining: JoiningStand) -> None:
    secret = await joining.port.subscribe(HEAR)
    joining.receiver.status = 503
    bundle = await joining.submitted()
    await joining.told()
    joining.receiver.status = 204
    await joining.port.withdraw(bundle.applicant, bundle.id)
    await joining.told()
    came = len(joining.receiver.came)
    await joining.post(f"/_sandbox/{joining.name}/notices/repeat", {"times": 3, "reverse": True})
    again = [read(joining, one, secret) for one in joining.receiver.came[came:]]
    assert len(again) == 9
    assert len({one.id for one in again}) == 3
    assert [int(one.seq) for one in again] == sorted((int(one.seq) for one in again), reverse=True)


async def test_a_new_subscription_has_a_new_secret_and_the_old_is_known_while_kept(joining: JoiningStand) -> None:
    old = await joining.port.subscribe(HEAR)
    bundle = await joining.submitted()
    await joining.told()
    new = await joining.port.subscribe(HEAR)
    assert old != new
    (before, *_) = joining.receiver.came
    assert read(joining, before, new, old).bundle == bundle.id
    with pytest.raises(Rejected):
        read(joining, before, new)

"""The push service: what a public sender sends arrives readable; what a real service refuses is refused with the same status."""

from __future__ import annotations

import time

import pytest
from webpush.vapid import VAPID

from tests.sandbox.stand import Stand
from tests.sandbox.webpush.sender import KEY, PushStand


async def test_a_public_sender_unchanged_is_heard_and_its_payload_is_read(push: PushStand) -> None:
    answer = await push.send("событие e-17")
    assert (answer.status_code, answer.headers["ttl"]) == (201, "60")
    assert answer.headers["location"].startswith("http://localhost:9000/webpush/m/")
    assert await push.arrived() == ["событие e-17"]
    assert (await push.desk.log())[-1]["verdicts"] == {"signature": "ok", "payload": "ok"}
    assert "vapid ***" in (await push.desk.log())[-1]["headers"]["authorization"]


@pytest.mark.parametrize(
    ("without", "more", "status"),
    [
        ("authorization", {}, 401),
        ("", {"authorization": "Bearer x"}, 401),
        ("", {"authorization": "vapid t=a.b.c, k=zzz"}, 401),
        ("ttl", {}, 400),
        ("", {"ttl": "soon"}, 400),
        ("", {"urgency": "extreme"}, 400),
        ("", {"topic": "x" * 33}, 400),
        ("content-encoding", {}, 415),
        ("", {"content-encoding": "aesgcm"}, 415),
    ],
)
async def test_a_push_that_breaks_the_standard_is_refused(push: PushStand, without: str, more: dict[str, str], status: int) -> None:
    assert (await push.send("e-1", None, without=without, **more)).status_code == status
    assert await push.arrived() == []


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({}, 201),
        ({"aud": "http://localhost"}, 201),
        ({"aud": "https://fcm.googleapis.com"}, 403),
        ({"exp": int(time.time()) - 60}, 403),
        ({"exp": int(time.time()) + 25 * 3600}, 403),
        ({"exp": "soon"}, 403),
    ],
)
async def test_the_token_is_for_this_service_and_for_a_day_at_most(push: PushStand, claims: dict[str, object], status: int) -> None:
    assert (await push.send(authorization=push.authorised(**claims))).status_code == status


async def test_a_signature_by_another_key_is_refused(push: PushStand) -> None:
    token = push.authorised().partition(",")[0]
    *_, other = VAPID.generate_keys()
    assert (await push.send(authorization=f"{token}, k={other}")).status_code == 403


async def test_a_subscription_made_for_one_sender_takes_no_other(desk: Stand) -> None:
    ours = await PushStand.subscribed(desk, application_server_key=KEY)
    assert (await ours.send()).status_code == 201
    theirs = await PushStand.subscribed(desk, application_server_key=VAPID.generate_keys()[2])
    assert (await theirs.send()).status_code == 403


async def test_a_large_push_is_too_large_and_an_unreadable_one_is_shown_as_such(push: PushStand) -> None:
    assert (await push.send(body=b"x" * 4097)).status_code == 413
    assert (await push.send(body=b"x" * 200)).status_code == 201
    assert await push.arrived() == ["(не расшифровано)"]


async def test_of_a_topic_only_the_newest_waits_for_a_browser_that_is_closed(push: PushStand) -> None:
    await push.turn(online=False)
    for text, topic in (("first", "balance"), ("other", "pass"), ("second", "balance")):
        assert (await push.send(text, topic=topic)).status_code == 201
    recalled = (await push.send("gone")).headers["location"]
    assert (await push.desk.http.delete(recalled)).status_code == 204
    assert await push.arrived() == []
    await push.turn(online=True)
    assert await push.arrived() == ["second", "other"]


async def test_what_waits_longer_than_its_ttl_never_arrives(push: PushStand) -> None:
    await push.turn(online=False)
    await push.send("now or never", ttl="0")
    await push.send("a minute", ttl="60")
    await push.desk.later(seconds=61)
    await push.turn(online=True)
    assert await push.arrived() == []


async def test_a_browser_that_left_is_gone_and_a_stranger_is_unknown(push: PushStand) -> None:
    assert (await push.desk.http.delete(push.told["endpoint"])).status_code == 204
    assert (await push.send()).status_code == 410
    push.told["endpoint"] += "x"
    assert (await push.send()).status_code == 404


@pytest.mark.parametrize(
    ("fault", "status"),
    [({"kind": "rate_limit", "value": 7}, 429), ({"kind": "error"}, 410), ({"kind": "error", "value": 404}, 404),
     ({"kind": "auth_expired"}, 403), ({"kind": "status", "value": 502}, 502)],
)  # fmt: skip
async def test_faults_are_worded_as_a_push_service_words_them(push: PushStand, fault: dict[str, object], status: int) -> None:
    await push.desk.control("faults", {"system": "webpush", "times": 1, **fault})
    answer = await push.send()
    assert answer.status_code == status
    assert answer.headers.get("retry-after") == ("7" if status == 429 else None)
    assert (await push.send()).status_code == 201

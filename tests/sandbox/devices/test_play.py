"""A played school day: everything is told once, whatever goes wrong on the way, and the counts say so."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from tests.sandbox.devices.street import HUB, Street


async def test_a_day_is_told_by_each_device_in_its_own_way_and_signed_as_registered(street: Street) -> None:
    told = await street.play()
    assert (told["done"], told["state"], told["left"], told["lost"], told["ahead"]) == (True, "done", 0, 0, 0)
    assert len(street.kept) == told["events"] == told["sent"] == told["planned"]
    assert {one["sign"]: one["sent"] > 0 for one in told["devices"]} == dict.fromkeys(
        ("rfc9421", "serial", "basic", "standard_webhooks"), True
    )
    kinds = {event["type"] for event in street.kept.values() if isinstance(event, dict) and "type" in event}
    assert kinds == {"ru.schoolhub.pass.v1", "ru.schoolhub.meal.v1"}


async def test_the_same_day_again_is_nothing_but_repeats(street: Street) -> None:
    first = await street.play()
    again = await street.play()
    assert (again["verdicts"]["duplicate"], again["verdicts"]["stored"]) == (first["verdicts"]["stored"], 0)
    assert len(street.kept) == first["events"]


async def test_the_day_has_a_peak_meals_a_lost_card_an_unknown_one_and_somebody_without_a_child(street: Street) -> None:
    await street.play()
    cards = {(one["kind"], one["number"]): one for one in (await street.desk.http.get("/_sandbox/devices?school=orn")).json()["cards"]}
    passes = [one for one in street.kept.values() if isinstance(one, dict) and str(one.get("type", "")).endswith("pass.v1")]
    of = {(one["data"]["credential"]["kind"], one["data"]["credential"]["number"]): one["data"] for one in passes}
    strangers = {number: data["granted"] for (kind, number), data in of.items() if (kind, number) not in cards}
    assert sorted(strangers.values()) == [False, True]
    (lost,) = [data for key, data in of.items() if key in cards and cards[key]["state"] == "lost"]
    assert (lost["granted"], lost["reason"]) == (False, "lost_card")
    assert {"in", "out"} == {one["data"]["direction"] for one in passes}
    meals = [one for one in street.kept.values() if isinstance(one, dict) and str(one.get("type", "")).endswith("meal.v1")]
    assert meals
    assert all(one["data"]["amount_kop"] == sum(item["price_kop"] for item in one["data"]["items"]) > 0 for one in meals)


@pytest.mark.parametrize("count", [6, 0.2, True])
async def test_repeats_are_the_same_message_and_the_same_event_in_another_one(street: Street, count: float) -> None:
    told = await street.play(faults={"duplicates": count})
    assert len(street.kept) == told["events"]
    assert told["verdicts"]["duplicate"] + told["verdicts"].get("taken", 0) > 0
    assert told["planned"] > told["events"]
    assert told["resent"] > 0
    assert set(told["repeats"]) <= {"duplicate", "replay", "taken"}
    assert told["verdicts"]["conflict"] == 0


async def test_a_wrong_clock_says_the_year_2000_or_two_hours_and_a_half_ahead_and_signs_anew_when_it_is_told_the_time(
    street: Street,
) -> None:
    told = await street.play(faults={"wrong_clock": 0.5})
    times = [one["time"] for one in street.kept.values() if isinstance(one, dict) and "time" in one]
    assert any(one.startswith("2000-01-01") for one in times)
    assert told["refusals"]["clock"] == told["resigned"] >= 1
    assert (told["left"], told["refused"], len(street.kept)) == (0, 0, told["events"])


async def test_a_device_whose_hub_lives_in_another_time_follows_it(street: Street) -> None:
    street.ahead += street.desk.app.sandbox.clock.now() - street.desk.app.sandbox.clock.now().replace(year=2020)
    told = await street.play()
    assert (told["left"], told["refused"], told["refusals"]["clock"]) == (0, 0, 2)


async def test_what_an_offline_hour_held_back_comes_afterwards_all_of_it(street: Street) -> None:
    whole = await street.play()
    street.kept.clear()
    told = await street.play(faults={"offline_s": 3600, "late": 0.3})
    assert (len(street.kept), told["left"], told["lost"]) == (whole["events"], 0, 0)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_a_busy_hub_is_asked_again_when_it_said_and_nothing_is_lost(street: Street, status: int) -> None:
    street.answers = [httpx.Response(status, headers={"Retry-After": "7"}) for _ in range(6)]
    told = await street.play()
    assert (told["retries"], told["left"], told["lost"], len(street.kept)) == (6, 0, 0, told["events"])
    assert max(street.waited) >= 7


async def test_a_lost_answer_costs_a_repeat_and_a_spent_nonce_a_new_signature(street: Street) -> None:
    heard = street._hear
    lose = 4

    def forgetful(request: httpx.Request) -> httpx.Response:
        nonlocal lose
        answer = heard(request)
        if lose:
            lose -= 1
            raise httpx.ReadTimeout("no answer")
        return answer

    street.desk.app.sandbox.outbound.transport = httpx.MockTransport(forgetful)
    told = await street.play()
    assert (told["retries"], told["left"], len(street.kept)) == (4, 0, told["events"])
    assert told["verdicts"]["stored"] + told["verdicts"]["duplicate"] + told["verdicts"]["taken"] == told["sent"]


async def test_a_hub_that_stays_away_leaves_the_day_in_the_buffers(street: Street) -> None:
    street.desk.app.sandbox.outbound.transport = httpx.MockTransport(lambda _: httpx.Response(503))
    told = await street.play(patience_s=0)
    assert (told["done"], told["sent"], told["left"]) == (True, 0, told["planned"])
    assert "хаб недоступен" in told["trouble"]


async def test_a_message_that_is_refused_for_good_is_counted_and_the_next_one_goes_on(street: Street) -> None:
    street.desk.app.sandbox.outbound.transport = httpx.MockTransport(lambda _: httpx.Response(403, json={"reason": "revoked"}))
    told = await street.play()
    assert (told["refused"], told["left"]) == (told["planned"], 0)
    assert set(told["refusals"]) == {"revoked"}
    assert "revoked" in told["trouble"]


async def test_a_terminal_carries_out_what_it_is_told_and_says_so(street: Street) -> None:
    street.commands = ["C:7:DATA QUERY ATTLOG\r\n"]
    told = await street.play()
    (done,) = [one for one in street.requests if "devicecmd" in str(one.url)]
    assert done.content == b"ID=7&Return=0&CMD=DATA"
    assert told["commands"] == 1


@pytest.mark.parametrize(
    ("asked", "status", "word"),
    [
        ({"school": "nowhere"}, 404, "school"),
        ({"school": None}, 400, "school"),
        ({"speed": -1}, 400, "speed"),
        ({"speed": "fast"}, 400, "speed"),
        ({"day": "yesterday"}, 400, "day"),
        ({"day": "2026-07-12"}, 409, "нет уроков"),
        ({"faults": {"duplicates": -1}}, 400, "duplicates"),
        ({"faults": {"late": 1.5}}, 400, "late"),
        ({"faults": {"offline_s": 10**9}}, 400, "offline_s"),
        ({"faults": {"fire": 1}}, 400, "faults"),
        ({"faults": [1]}, 400, "faults"),
        ({"wait": "yes"}, 400, "wait"),
        ({"hub": "http://example.org"}, 400, "этой машине"),
        ({"hub": "http://localhost.example.org:80"}, 400, "этой машине"),
        ({"hub": "file:///etc"}, 400, "этой машине"),
        ({"hub": "http://127.0.0.1:1"}, 409, "не зарегистрировал"),
        ({"move_clock": True, "speed": 0}, 400, "move_clock"),
    ],
)
async def test_what_makes_no_sense_is_refused(street: Street, asked: dict[str, Any], status: int, word: str) -> None:
    answer = await street.ask(**asked)
    assert answer.status_code == status, answer.text
    assert word in answer.json()["text"]
    assert street.requests == []


async def test_the_school_may_be_named_by_its_registration_number(street: Street) -> None:
    ogrn = street.desk.town.schools["kgd"].ogrn
    assert (await street.play(school=ogrn))["school"] == "kgd"


async def test_a_caller_that_does_not_wait_gets_an_id_and_looks_there(street: Street) -> None:
    answer = await street.ask(wait=False)
    assert answer.status_code == 202
    where = answer.headers["location"]
    await street.plays.wait(street.plays.one(answer.json()["id"]), None)
    assert (await street.desk.http.get(where)).json()["state"] == "done"
    assert [one["id"] for one in (await street.desk.http.get("/_sandbox/devices/play")).json()["plays"]] == [answer.json()["id"]]


async def test_a_day_may_be_stopped_and_a_reset_stops_it(street: Street) -> None:
    street.plays.pause = street._pause
    slow = (await street.ask(speed=1.5, wait=False)).json()
    stopped = (await street.desk.http.delete(f"/_sandbox/devices/play/{slow['id']}")).json()
    assert (stopped["state"], stopped["done"]) == ("stopped", True)
    await street.ask(speed=1.5, wait=False)
    await street.desk.control("reset", {})
    assert (await street.desk.http.get("/_sandbox/devices/play")).json() == {"plays": []}
    assert (await street.desk.http.get("/_sandbox/devices/play/none")).status_code == 404


async def test_a_day_that_is_not_over_is_played_up_to_now(street: Street) -> None:
    day = street.desk.app.sandbox.clock.now().date().isoformat()
    told = await street.play(day=day)
    assert 0 < told["events"] < told["events"] + told["ahead"]


async def test_the_clock_of_the_town_may_go_along_with_the_day(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    real = [0.0]
    monkeypatch.setattr("sandbox.devices.playing.pace.time", SimpleNamespace(monotonic=lambda: real[0]))

    async def pause(seconds: float) -> None:
        real[0] += seconds

    street.plays.pause = pause
    told = await street.play(day="2026-11-23", speed=300, move_clock=True, wait=True)
    assert (told["left"], told["ahead"], told["events"]) == (0, 0, len(street.kept))
    assert street.desk.app.sandbox.clock.now().date().isoformat() == "2026-11-23"
    assert told["messages"] > 20
    assert real[0] * 300 > 6 * 3600


async def test_at_speed_one_a_day_goes_as_the_towns_clock_does(street: Street) -> None:
    clock = street.desk.app.sandbox.clock
    await street.desk.control("clock", {"now": "2026-11-23T02:00:00+00:00"})

    async def pause(seconds: float) -> None:
        street.waited.append(seconds)
        clock.set(clock.now() + timedelta(minutes=3))

    street.plays.pause = pause
    told = await street.play(day="2026-11-23", speed=1)
    assert (told["left"], told["ahead"], len(street.kept)) == (0, 0, told["events"])
    assert told["messages"] > 20
    assert clock.now().isoformat() > "2026-11-23T09"


@pytest.mark.parametrize("speed", [0, 1000, 100_000_000])
async def test_a_large_speed_is_as_fast_as_the_hub_takes_it(street: Street, speed: int) -> None:
    told = await street.play(speed=speed)
    assert (told["left"], street.waited) == (0, [])


async def test_registrations_are_checked_and_kept_over_a_reset(street: Street) -> None:
    for body in ({}, {"hub": HUB, "items": [{"serial": "x"}]}, {"hub": "https://example.org", "items": []}, {"hub": HUB, "items": "all"}):
        assert (await street.desk.http.post("/_sandbox/devices", json=body)).status_code == 400
    await street.desk.control("reset", {})
    assert (await street.play())["left"] == 0


async def test_the_page_plays_a_day_and_shows_how_it_went(street: Street) -> None:
    for path in ("/", "/devices"):
        assert "Проиграть школьный день" in (await street.desk.http.get(path)).text
    sent = await street.desk.http.post("/devices", data={"school": "orn", "speed": "0", "duplicates": "1", "day": ""})
    assert (sent.status_code, sent.headers["location"]) == (303, "/devices#runs")
    (run,) = street.plays.all.values()
    await street.plays.wait(run, None)
    page = (await street.desk.http.get("/devices")).text
    assert f"{run.shown()['planned']} из {run.shown()['planned']}" in page
    assert "повторов узнано" in page
    assert 'http-equiv="refresh"' not in page
    refused = await street.desk.http.post("/devices", data={"school": "orn", "speed": "0", "day": "2026-07-12"})
    assert refused.status_code == 409
    assert "нет уроков" in refused.text
    foreign = await street.desk.http.post("/devices", data={"school": "orn"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403

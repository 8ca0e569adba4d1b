"""The town's own turnstiles, terminals and till: they sign by docs/devices.md and know nothing of our code; what they say adds up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import pytest
from quart import Quart

from device_ingest import store
from device_ingest.store.tables import Quarantined
from hub.deps import Deps
from hub.flows.charge_tills import charge_tills
from hub.store.database import Overloaded
from sandbox.app import SandboxApp
from sandbox.devices.state.carried import carried
from sandbox.devices.state.day import school_day
from tests.conftest import HUB_URL, SANDBOX_URL, OpenBrowser
from tests.flows.town_kit import Home, at_home

SCHOOL = "kry"


class Street:
    """A sandbox whose devices reach the hub in this process, without waiting for anybody."""

    def __init__(self, browser: httpx.AsyncClient, deps: Deps, sandbox: SandboxApp) -> None:
        self.browser, self.deps, self.sandbox = browser, deps, sandbox
        sandbox.sandbox.shared["devices"].pause = self._wait
        self.waited: list[float] = []

    async def _wait(self, seconds: float) -> None:
        self.waited.append(seconds)

    async def play(self, **asked: Any) -> dict[str, Any]:
        answer = await self.browser.post(f"{SANDBOX_URL}/_sandbox/devices/play", json={"school": SCHOOL, "speed": 0, "wait": True} | asked)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        assert (found["left"], found["lost"], found["refused"], found.get("trouble")) == (0, 0, 0, None)
        assert sum(found["verdicts"].values()) == found["sent"] == found["planned"]
        return found

    async def stored(self) -> int:
        return await self.deps.db.read(store.count)

    async def devices(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.browser.get(f"{SANDBOX_URL}/_sandbox/devices")).json()["devices"]
        return found


@pytest.fixture
async def street(open_browser: OpenBrowser, hub_app: Quart, hub_deps: Deps, sandbox_app: SandboxApp) -> AsyncIterator[Street]:
    application: Any = hub_app
    sandbox_app.sandbox.outbound.transport = httpx.ASGITransport(application)
    yield Street(open_browser(), hub_deps, sandbox_app)
    sandbox_app.sandbox.outbound.transport = None


@pytest.mark.rule("E1", "E2")
async def test_a_day_is_stored_once_however_often_it_is_told(street: Street) -> None:
    first = await street.play()
    assert await street.stored() == first["events"]
    again = await street.play(faults={"duplicates": 0.5, "late": 0.4, "offline_s": 1800})
    assert again["verdicts"]["stored"] == again["verdicts"]["conflict"] == 0
    assert await street.stored() == first["events"]


@pytest.mark.rule("E2", "E3")
async def test_repeats_late_batches_an_offline_hour_and_wrong_clocks_lose_and_double_nothing(street: Street) -> None:
    told = await street.play(faults={"duplicates": 8, "late": 0.3, "offline_s": 3600, "wrong_clock": 4})
    assert told["verdicts"]["conflict"] == told["verdicts"]["rejected"] == 0
    assert told["verdicts"]["quarantined"] > 0
    aside = await street.deps.db.read(lambda: Quarantined.select(Quarantined.source, Quarantined.id).distinct().count())
    assert 0 < aside <= 4
    assert await street.stored() + aside == told["events"]


@pytest.mark.rule("E1")
async def test_a_database_that_is_busy_for_a_while_costs_retries_and_no_event(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    write, busy = street.deps.db.write, iter(range(7))

    async def overloaded(unit: Any) -> Any:
        if next(busy, None) is not None:
            raise Overloaded("busy")
        return await write(unit)

    monkeypatch.setattr(type(street.deps.db), "write", lambda _, unit: overloaded(unit))
    told = await street.play()
    assert told["retries"] > 0
    assert await street.stored() == told["events"]


async def test_the_devices_stay_registered_over_a_reset_and_for_another_seed(street: Street, hub_deps: Deps) -> None:
    serials = {one["serial"] for one in await street.devices()}
    assert all(one["hubs"] == [HUB_URL] for one in await street.devices())
    await street.browser.post(f"{SANDBOX_URL}/_sandbox/reset", json={"seed": 7})
    assert not serials & {one["serial"] for one in await street.devices()}
    follower = hub_deps.checks["sandbox"].__self__  # type: ignore[attr-defined]  # the demo's own follower
    follower._registered_at = float("-inf")
    await follower.step()
    assert all(one["hubs"] == [HUB_URL] for one in await street.devices())
    await street.play()


@pytest.fixture
async def home(street: Street, hub_deps: Deps) -> Home:
    """A family of the town, whose child's cards the demo has put into the register."""
    found = await at_home(street.browser, "kiasuo")
    follower = hub_deps.checks["sandbox"].__self__  # type: ignore[attr-defined]  # the demo's own follower
    follower._registered_at = float("-inf")
    await follower.step()
    return found


def balance(contracts: dict[str, Any], first_name: str) -> int:
    """The account for food."""
    (mine,) = [one for one in contracts["items"] if one["child"]["first_name"] == first_name]
    return next(int(one["balance_kop"]) for one in mine["accounts"] if one["purpose"] == "meal")


@pytest.mark.rule("E5", "D7")
async def test_a_family_of_the_town_sees_its_childs_day_and_pays_for_it_once(street: Street, home: Home, sandbox_app: SandboxApp) -> None:
    child = (await home.browser.get("/api/v1/children")).json()["items"][0]["id"]
    before = balance((await home.browser.get("/api/v1/contracts")).json(), home.pupil["first_name"])
    told = await street.play()
    for _ in range(2):
        while await charge_tills(street.deps):
            pass
        await street.play(faults={"duplicates": 5})
    town = sandbox_app.sandbox.town
    own = {(one.kind, one.number) for one in carried(town, town.schools[SCHOOL])[home.pupil["id"]]}
    day = [one for one in school_day(town, town.schools[SCHOOL], date.fromisoformat(told["day"])) if one.credential in own]
    eaten = sum(kop for one in day for _, _, kop in one.dishes)
    assert eaten > 0
    assert balance((await home.browser.get("/api/v1/contracts")).json(), home.pupil["first_name"]) == before - eaten
    answer = await home.browser.get(f"/api/v1/children/{child}/timeline", params={"from": told["day"], "to": told["day"]})
    assert answer.status_code == 200, answer.text
    passes = [one["direction"] for one in answer.json()["items"] if one.get("direction")]
    assert set(passes) == {"in", "out"}
    assert len(passes) <= len([one for one in day if one.kind == "pass"])

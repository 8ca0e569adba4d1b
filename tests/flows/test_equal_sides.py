"""The hub and «Моя школа» stay equal in hard weather: silence, lost answers, the end of a term, what is spoilt (RULES B1, B2)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from connectors.kit.school_joining import Application, ChildBySnils, OutsidePerson, Role
from connectors.kit.secret import Secret
from hub.deps import Deps
from sandbox.app import SandboxApp
from tests.conftest import SANDBOX_URL, OpenBrowser
from tests.flows.equal_sides_kit import R1, R2, TownJoins, equal, open_town_joins, states, waiting


@pytest.fixture
async def town(hub_deps: Deps, sandbox_app: SandboxApp, open_browser: OpenBrowser) -> TownJoins:
    return await open_town_joins(hub_deps, sandbox_app, open_browser)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that waits for no answer longer than a moment."""
    monkeypatch.setattr("connectors.kit.deadline.PATIENT_S", 1.0)


async def test_a_system_that_is_silent_holds_nobody_up_and_hears_all_of_it_later(town: TownJoins) -> None:
    await town.fault("drop")
    back = await town.apply()
    await town.work()
    await town.told(await town.father.post(f"/api/v1/joins/{back['id']}/withdraw"))
    made = await town.apply({"class": "6Б"})
    for one in made["requests"]:
        assert (await town.decide(one)).status_code == 200
    assert (await town.read(made["id"]))["state"] == "complete"
    await town.well()
    await town.later(minutes=20)
    await town.work()
    await town.later(minutes=20)
    await town.work()
    assert (await equal(town), await waiting(town)) == (True, 0)
    old, new = await town.outside()
    assert (old["state"], new["state"], new["previous"], new["class"]) == ("withdrawn", "complete", old["id"], "6Б")


@pytest.mark.usefixtures("hasty")
async def test_a_decision_whose_answer_was_lost_is_made_once(town: TownJoins) -> None:
    made = await town.apply()
    await town.work()
    await town.fault("late_answer", value=60, path="*/approve", times=1)
    assert (await town.decide(made["requests"][0])).status_code == 200
    await town.work("joins_told")
    await town.later(minutes=1)
    await town.work()
    (there,) = await town.outside()
    assert [one["event"] for one in there["history"]].count("approved") == 1
    assert (await equal(town), await waiting(town)) == (True, 0)


async def test_a_draft_made_there_is_taken_over_when_it_is_submitted(town: TownJoins) -> None:
    port = town.deps.joining["my-school"]
    people = (await town.father.get(f"{SANDBOX_URL}/_sandbox/people")).json()["people"]
    parent = next(one for one in people if (one["esia"] or {}).get("oid") == town.oid)
    son = next(one for one in people if one["id"] in parent["children"] and one["first_name"] == "Глеб")
    names = {"last_name": parent["last_name"], "first_name": parent["first_name"]}
    profile = await port.agree(OutsidePerson(oid=town.oid, agreed_at=town.now(), **names))
    await port.choose_profile(town.oid, Role.LEGAL_REPRESENTATIVE, profile.terms_version)
    child = ChildBySnils(snils=Secret(son["snils"]))
    asked = Application(role=Role.LEGAL_REPRESENTATIVE, school_ogrn=town.ogrn, class_name="5В", child=child)
    draft = (await port.create(town.oid, asked, submit=False)).bundle
    await town.work()
    assert await town.mine() == []
    await port.submit(town.oid, draft.id)
    await town.work()
    (found,) = await town.mine()
    assert (found["state"], found["class"], found["child"]) == ("submitted", "5В", town.son)
    assert (await town.apply(status=200))["id"] == found["id"]
    assert len(await town.outside()) == 1


async def test_a_notice_is_heard_at_once_three_times_and_backwards_and_a_spoilt_one_changes_nothing(town: TownJoins, hub_app: Any) -> None:
    town.sandbox.sandbox.outbound.transport = httpx.ASGITransport(hub_app)
    await town.work("joins_subscribed")
    made = await town.apply()
    await town.work("joins_told")
    for tamper, status in (("signature", 400), ("time", 400), ("state", 204)):
        told = await town.control("my-school/notices/repeat", {"tamper": tamper, "times": 2, "reverse": True})
        assert {one["status"] for one in told["answers"]} == {status}
        assert states(await town.read(made["id"])) == ["submitted", "submitted", "submitted"]
    # A new subscription has a new secret; what was sent before it still counts.
    await town.later(minutes=61)
    await town.work("joins_subscribed")
    await town.decide_outside(R1)
    await town.decide_outside(R2)
    notices = (await town.father.get(f"{SANDBOX_URL}/_sandbox/my-school/notices")).json()["notices"]
    assert all(one["received"] for one in notices)
    done = await town.read(made["id"])
    assert done["state"] == "complete"
    await town.control("my-school/notices/repeat", {"times": 3, "reverse": True})
    assert await town.read(made["id"]) == done

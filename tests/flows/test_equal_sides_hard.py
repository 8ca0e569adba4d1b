"""Harder weather between the hub and «Моя школа»: a refusal before the lost answer, the last minute, one spoilt answer (RULES B1, B2)."""

from __future__ import annotations

import pytest

from connectors.kit.school_joining import Application, ChildById, Role
from hub.deps import Deps
from sandbox.app import SandboxApp
from tests.conftest import OpenBrowser
from tests.flows.equal_sides_kit import R1, R2, TownJoins, equal, open_town_joins, other_school, states, waiting


@pytest.fixture
async def town(hub_deps: Deps, sandbox_app: SandboxApp, open_browser: OpenBrowser) -> TownJoins:
    return await open_town_joins(hub_deps, sandbox_app, open_browser)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that waits for no answer longer than a moment."""
    monkeypatch.setattr("connectors.kit.deadline.PATIENT_S", 1.0)


@pytest.mark.usefixtures("hasty")
async def test_one_refused_before_its_lost_answer_was_heard_is_refused_and_not_sent_again(town: TownJoins) -> None:
    await town.fault("late_answer", value=60, path="*/bundles", times=1)
    made = await town.apply()
    await town.work("joins_told")
    await town.well()
    await town.decide_outside(R1, "reject", reason="Нет мест")
    await town.decide_outside(R2, "reject", reason="Нет мест")
    await town.later(minutes=1)
    await town.work("joins_told")
    await town.work("joins_followed")
    assert len(await town.outside()) == 1
    assert states(await town.read(made["id"])) == ["rejected", "rejected", "rejected"]


async def test_one_answer_that_cannot_be_read_holds_up_no_other_and_a_changed_format_is_waited_for(town: TownJoins) -> None:
    first = await town.apply()
    second = await town.apply({"school_ogrn": await other_school(town)})
    await town.work()
    for one in (there := await town.outside()):
        await town.control(f"my-school/requests/{one['requests'][0]['id']}/approve")
    await town.fault("drift", path="*/bundles/*")
    await town.work("joins_followed")
    await town.well()
    await town.fault("drift", path=f"*/bundles/{there[0]['id']}")
    await town.work("joins_followed")
    assert [(await town.read(one["id"]))["state"] for one in (first, second)] == ["submitted", "partial"]


@pytest.mark.usefixtures("hasty")
async def test_what_was_made_anew_there_meanwhile_is_not_taken_for_the_first(town: TownJoins) -> None:
    await town.fault("late_answer", value=60, path="*/bundles", times=1)
    await town.apply()
    await town.work("joins_told")
    await town.well()
    for kind in (R1, R2):
        await town.decide_outside(kind, "reject", reason="Нет мест")
    (first,) = await town.outside()
    await town.later(minutes=1)
    asked = Application(role=Role.LEGAL_REPRESENTATIVE, school_ogrn=town.ogrn, class_name="6Б", child=ChildById(id=first["child"]["id"]))
    await town.deps.joining["my-school"].create(town.oid, asked, submit=True, previous=first["id"])
    await town.work("joins_followed")
    await town.later(minutes=1)
    await town.work("joins_told", "joins_followed")
    assert [(one["state"], one["class"], one["outside"]) for one in await town.mine()] == [
        ("submitted", "6Б", "told"),
        ("rejected", "6А", "told"),
    ]
    assert (await equal(town), await waiting(town)) == (True, 0)


@pytest.mark.rule("B1")
async def test_a_decision_of_the_last_minute_counts_before_the_term_does(town: TownJoins) -> None:
    made = await town.apply()
    other = await town.apply({"school_ogrn": await other_school(town)})
    await town.work()
    await town.later(days=29, hours=23)
    for one in (await town.outside())[0]["requests"]:
        await town.control(f"my-school/requests/{one['id']}/approve")
    await town.later(days=1)
    await town.work("join_expiry")
    await town.work()
    assert states(await town.read(made["id"])) == ["complete", "approved", "approved"]
    assert states(await town.read(other["id"])) == ["expired", "expired", "expired"]
    assert await equal(town)


async def test_a_class_is_no_longer_than_the_other_side_takes_it(town: TownJoins) -> None:
    made = await town.apply({"class": "ИСП-23-1, курс 2, пг"})
    await town.work()
    assert ([one["class"] for one in await town.outside()], made["class"]) == (["ИСП-23-1, курс 2, пг"], "ИСП-23-1, курс 2, пг")
    await town.apply({"class": "Д" * 21, "school_ogrn": await other_school(town)}, status=400)

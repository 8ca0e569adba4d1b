"""What had left the hub ends with the right behind it: a restriction, a merger under way, a child's own login (RULES A5a, A6, A11)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.flows.desk_kit import open_desk
from tests.flows.family_kit import page, parents, told
from tests.flows.kit import Hub, kid, parent
from tests.flows.pupil_kit import enter, make
from tests.flows.test_export import merged


@pytest.mark.rule("A5a")
@pytest.mark.rule("C7")
async def test_a_restriction_ends_the_calendar_at_once_and_for_good(hub: Hub) -> None:
    desk = await open_desk(hub)
    ivan = await desk.father()
    path = f"/api/v1/children/{desk.petya}"
    await ivan.me()
    address = (await told(await ivan.send("POST", f"{path}/calendar"), 201))["url"].removeprefix("http://localhost:8000")
    mothers = (await told(await desk.anna.send("POST", f"{path}/calendar"), 201))["url"].removeprefix("http://localhost:8000")
    assert (await hub.browser().get(address)).status_code == 200
    await desk.restrict(await desk.person(ivan))
    assert (await hub.browser().get(address)).status_code == 404
    assert (await hub.browser().get(mothers)).status_code == 200
    assert len(await hub.rows("SELECT 1 FROM calendar_link")) == 1, "the row itself is gone: nothing brings it back"
    ivan = await desk.father()
    for answer in (
        await ivan.send("POST", f"{path}/calendar"),
        await ivan.get(f"{path}/changes"),
        await ivan.get("/export/oneroster/mine.zip"),
    ):
        assert answer.status_code == 404
    assert (await ivan.get(f"/export/diary/{desk.petya}.json")).status_code == 404


@pytest.mark.rule("A11")
async def test_nothing_leaves_over_a_merger_that_can_be_undone(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    who = (await anna.me())["person"]["id"]
    edges = [id_ for (id_,) in await hub.rows(f"SELECT id FROM guardianship WHERE guardian = '{who}' AND child = '{child}'")]
    await merged(hub, who, timedelta(days=14), *edges)
    refused = [
        await anna.send("POST", f"/api/v1/children/{child}/calendar"),
        await anna.get(f"/export/diary/{child}.json"),
        await anna.get(f"/export/diary/{child}.csv?kind=marks"),
    ]
    assert [(await told(one, 409))["type"].rsplit("/", 1)[1] for one in refused] == ["held_by_merge"] * 3
    assert (await anna.get("/export/oneroster/mine.zip")).status_code == 404


@pytest.mark.rule("A6")
async def test_a_childs_own_login_reads_the_feed_and_takes_nothing_away(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    pupil = await enter(hub, await make(anna, child))
    path = f"/api/v1/children/{child}"
    assert (await told(await pupil.get(f"{path}/changes")))["data_status"] == "snapshot"
    assert (await pupil.send("POST", f"{path}/calendar")).status_code == 403
    for address in ("/export/oneroster/mine.zip", f"/export/diary/{child}.json"):
        assert (await pupil.get(address)).status_code == 403
    for section in ("calendar", "download"):
        text = await page(pupil, f"/children/{child}/{section}")
        assert "До 14 лет" in text and f'href="/children/{child}/{section}"' not in text


@pytest.mark.rule("A6")
@pytest.mark.parametrize(("born", "status"), [(date(2012, 11, 19), 403), (date(2012, 11, 18), 200)])
async def test_a_pupil_takes_the_own_diary_away_from_14_on(hub: Hub, born: date, status: int) -> None:
    await parents(hub, born=born)
    number = kid(1, "").snils
    hub.esia.claims["petya"] = parent(
        "of petya", last_name="Орлов", first_name="Пётр", middle_name="", birth_date=born, snils=number, children=()
    )
    pupil = hub.browser()
    me = await pupil.sign_in("petya")
    child = me["person"]["id"]
    answers = [await pupil.get(f"/export/diary/{child}.json"), await pupil.get("/export/oneroster/mine.zip")]
    made = await pupil.send("POST", f"/api/v1/children/{child}/calendar")
    assert [one.status_code for one in answers] == [status] * 2 and made.status_code == (201 if status == 200 else 403)
    if status == 200:
        address = (await told(made, 201))["url"].removeprefix("http://localhost:8000")
        assert (await hub.browser().get(address)).status_code == 200

"""Birthdays on the page and in the notices: 30 days before 14, at 14, and at 18 the guardians' view ends (RULES A6)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hub.flows.guardianship.ages import Birthdays
from identity.model import PersonId
from identity.store import set_full_capacity
from tests.flows.family_kit import kinds, page, parents, relative, told
from tests.flows.kit import Browser, Hub, account, kid, parent
from tests.flows.kit import pupil as own_record

pytestmark = pytest.mark.rule("A6")
WEEK = "from=2026-11-16&to=2026-11-22"


async def pupil_of(hub: Hub, born: date) -> Browser:
    own = kid(1, "Пётр", born=born)
    hub.esia.claims["pupil"] = parent("2000", last_name="Орлов", first_name="Пётр", birth_date=born, snils=own.snils, children=())
    browser = hub.browser()
    await browser.sign_in("pupil")
    return browser


# The school's zone is Krasnoyarsk's: 00:00 there is 17:00 of the day before in UTC.
@pytest.mark.feature("F045")
@pytest.mark.parametrize(
    ("born", "at", "kind"),
    [
        (date(2012, 12, 20), datetime(2026, 11, 19, 16, 59, tzinfo=UTC), None),
        (date(2012, 12, 20), datetime(2026, 11, 19, 17, 0, tzinfo=UTC), "turning_14"),
        (date(2012, 12, 20), datetime(2026, 12, 19, 16, 59, tzinfo=UTC), "turning_14"),
        (date(2012, 12, 20), datetime(2026, 12, 19, 17, 0, tzinfo=UTC), "turned_14"),
        (date(2012, 2, 29), datetime(2026, 2, 28, 16, 59, tzinfo=UTC), "turning_14"),
        (date(2012, 2, 29), datetime(2026, 2, 28, 17, 0, tzinfo=UTC), "turned_14"),
        (date(2008, 12, 20), datetime(2026, 12, 19, 16, 59, tzinfo=UTC), None),
        (date(2008, 12, 20), datetime(2026, 12, 19, 17, 0, tzinfo=UTC), "turned_18"),
    ],
)
async def test_both_sides_are_told_once(hub: Hub, born: date, at: datetime, kind: str | None) -> None:
    hub.clock.at = datetime(2026, 1, 10, 9, 0, tzinfo=UTC)
    anna, boris, _ = await parents(hub, born=born)
    pupil = await pupil_of(hub, born)
    hub.clock.at = at
    for _ in range(2):
        while await Birthdays(hub.deps).batch():
            pass
    for who, code in ((anna, "anna"), (boris, "boris"), (pupil, "pupil")):
        await who.sign_in(code)
        found = [one for one in await kinds(who) if one.startswith("turn")]
        assert found == ([kind] if kind else []), code


@pytest.mark.parametrize(
    ("at", "before", "after"),
    [
        (datetime(2026, 12, 19, 16, 59, tzinfo=UTC), 200, 200),
        (datetime(2026, 12, 19, 17, 0, tzinfo=UTC), 403, 404),
    ],
    ids=["the day before", "the birthday"],
)
async def test_at_18_the_parents_view_ends_at_midnight_and_the_worker_destroys_what_was_opened(
    hub: Hub, at: datetime, before: int, after: int
) -> None:
    hub.clock.at = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    anna, _, child = await parents(hub, born=date(2008, 12, 20))
    hub.clock.at = at
    hub.esia.claims["anna"] = parent(children=None)
    await anna.sign_in()
    path = f"/api/v1/children/{child}/marks?{WEEK}"
    assert (await anna.get(path)).status_code == before
    await Birthdays(hub.deps).batch()
    assert (await anna.get(path)).status_code == after
    assert bool(await hub.rows("SELECT id FROM diary_link")) == (after == 200)


async def test_the_grown_pupil_grants_the_view_and_takes_it_back(hub: Hub) -> None:
    hub.clock.at = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    born = date(2008, 12, 20)
    anna, _, child = await parents(hub, born=born)
    mother = (await anna.me())["person"]["id"]
    hub.clock.at = datetime(2026, 12, 21, 9, 0, tzinfo=UTC)
    await Birthdays(hub.deps).batch()
    pupil = await pupil_of(hub, born)
    hub.diary.accounts["pupil"] = account("owner-9", "t9", children=(own_record(is_self=True),))
    await pupil.link("pupil")
    await pupil.me()
    shown = await page(pupil, f"/children/{child}/who-sees")
    assert "Открыть просмотр родителям" in shown and "Анна Орлова" in shown
    granted = await told(await pupil.send("POST", "/api/v1/me/grants", json={"person": mother}), 201)
    again = await told(await pupil.send("POST", "/api/v1/me/grants", json={"person": mother}), 201)
    assert (granted["id"], granted["is_grant"], granted["until"]) == (again["id"], True, None)
    hub.esia.claims["anna"] = parent(children=None)
    await anna.sign_in()
    assert (await kinds(anna)).count("view_granted") == 1
    seen = await told(await anna.get(f"/api/v1/children/{child}/marks?{WEEK}"))
    assert [one["system"] for one in seen["sources"]] == ["dnevnik"], "the pupil's own account"
    assert (await pupil.send("DELETE", f"/api/v1/delegations/{granted['id']}")).status_code == 204
    assert (await anna.get(f"/api/v1/children/{child}/marks?{WEEK}")).status_code == 404


@pytest.mark.parametrize("whom", ["stranger", "nobody"])
async def test_a_grant_goes_to_a_former_guardian_only(hub: Hub, whom: str) -> None:
    born = date(2008, 5, 6)
    pupil = await pupil_of(hub, born)
    hub.esia.claims["vera"] = parent("9000", first_name="Вера", snils=kid(3, "").snils, children=())
    vera = hub.browser()
    id_ = (await vera.sign_in("vera"))["person"]["id"] if whom == "stranger" else "nobody"
    assert (await pupil.send("POST", "/api/v1/me/grants", json={"person": id_})).status_code == 404


async def test_a_pupil_of_17_grants_nothing(hub: Hub) -> None:
    born = date(2009, 5, 6)
    anna, _, _ = await parents(hub, born=born)
    mother = (await anna.me())["person"]["id"]
    pupil = await pupil_of(hub, born)
    assert (await pupil.send("POST", "/api/v1/me/grants", json={"person": mother})).status_code == 403


async def test_a_stopped_guardian_gets_no_grant(hub: Hub) -> None:
    hub.clock.at = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    born = date(2008, 12, 20)
    anna, boris, child = await parents(hub, born=born)
    mother = (await anna.me())["person"]["id"]
    await boris.send("POST", f"/api/v1/children/{child}/guardians/{mother}/freeze")
    hub.clock.at = datetime(2026, 12, 21, 9, 0, tzinfo=UTC)
    await Birthdays(hub.deps).batch()
    pupil = await pupil_of(hub, born)
    assert (await pupil.send("POST", "/api/v1/me/grants", json={"person": mother})).status_code == 404


async def test_the_parents_page_says_what_changes_and_when(hub: Hub) -> None:
    anna, _, child = await parents(hub, born=date(2012, 12, 5))
    shown = await page(anna, f"/children/{child}/who-sees")
    assert "исполнится 14 лет" in shown and "5 декабря" in shown and "5 марта" in shown


async def test_full_capacity_before_18_needs_the_pupils_grant_too(hub: Hub) -> None:
    born = date(2009, 5, 6)
    anna, _, child = await parents(hub, born=born)
    mother, now, keys = (await anna.me())["person"]["id"], hub.clock(), hub.deps.keys
    officers = [PersonId((await (await relative(hub, code, snils=None)).me())["person"]["id"]) for code in ("one", "two")]
    path = f"/api/v1/children/{child}/marks?{WEEK}"
    assert (await anna.get(path)).status_code == 200
    await hub.deps.db.write(
        lambda: set_full_capacity(
            keys, PersonId(child), since=now, document="решение суда", officer=officers[0], second=officers[1], now=now
        )
    )
    assert (await anna.get(path)).status_code == 403
    pupil = await pupil_of(hub, born)
    assert (await told(await pupil.get(f"/api/v1/children/{child}/guardians")))["items"] == []
    await told(await pupil.send("POST", "/api/v1/me/grants", json={"person": mother}), 201)
    assert (await anna.get(path)).status_code == 200
    assert "Анна Орлова" in await page(pupil, f"/children/{child}/who-sees")

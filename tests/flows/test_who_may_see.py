"""Who may open a child's diary, and with which account level, from the sign-in to the answer (RULES A4; F179, F212, F214)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from identity.claims import Level
from tests.flows.kit import Browser, Hub, account, kid, parent, pupil

BORN_13, BORN_15 = date(2013, 5, 6), date(2011, 5, 6)
WEEK = "from=2026-11-16&to=2026-11-22"


def pupil_account(born: date, level: Level) -> Any:
    """Gosuslugi's word about the pupil Пётр Орлов, who signs in alone."""
    return parent(
        "2000",
        last_name="Орлов",
        first_name="Пётр",
        middle_name=None,
        birth_date=born,
        snils=kid(1, "Пётр").snils,
        level=level,
        children=(),
    )


async def marks_of(browser: Browser, child: str) -> int:
    return int((await browser.get(f"/api/v1/children/{child}/marks?{WEEK}")).status_code)


@pytest.mark.rule("A4")
@pytest.mark.feature("F179", "F214")
@pytest.mark.parametrize(
    ("born", "level", "status"),
    [
        (BORN_13, Level.SIMPLIFIED, 200),
        (BORN_13, Level.STANDARD, 200),
        (BORN_13, Level.CONFIRMED, 200),
        (BORN_15, Level.SIMPLIFIED, 403),
        (BORN_15, Level.STANDARD, 403),
        (BORN_15, Level.CONFIRMED, 200),
    ],
)
async def test_the_level_that_a_pupil_needs_is_that_of_the_own_age(hub: Hub, born: date, level: Level, status: int) -> None:
    hub.esia.claims["pupil"] = pupil_account(born, level)
    hub.diary.accounts["pupil"] = account(children=(pupil(),))
    browser = hub.browser()
    me = await browser.sign_in("pupil")
    (own,) = me["children"]
    assert own["self"] is True
    assert await marks_of(browser, own["id"]) == status


@pytest.mark.feature("F212")
async def test_the_pupil_and_the_guardians_see_the_child_and_nobody_else(hub: Hub) -> None:
    hub.esia.claims["pupil"] = pupil_account(BORN_15, Level.CONFIRMED)
    hub.esia.claims["father"] = parent("1001", first_name="Олег", snils=kid(2, "Олег").snils, children=(kid(1, "Пётр", born=BORN_15),))
    hub.esia.claims["stranger"] = parent("1002", first_name="Инна", snils=kid(3, "Инна").snils, children=())
    hub.esia.claims["anna"] = parent(children=(kid(1, "Пётр", born=BORN_15),))
    mother, father, child, stranger = (hub.browser() for _ in range(4))
    id_ = (await mother.sign_in())["children"][0]["id"]
    assert [one["id"] for one in (await father.sign_in("father"))["children"]] == [id_]
    assert [one["id"] for one in (await child.sign_in("pupil"))["children"]] == [id_]
    assert (await stranger.sign_in("stranger"))["children"] == []
    assert [await marks_of(browser, id_) for browser in (mother, father, child)] == [200, 200, 200]
    foreign, absent = await marks_of(stranger, id_), await marks_of(stranger, "no-such-child")
    assert foreign == absent
    assert foreign in {403, 404}
    assert await marks_of(hub.browser(), id_) == 401

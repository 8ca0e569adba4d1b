"""A new confirmed Gosuslugi account with the same SNILS and name recovers the record; the old one closes and it is told (RULES A17)."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from hub.flows.retention import TERMS
from identity.claims import Level
from identity.model import EdgeRight, PersonId
from identity.store import act_right
from tests.flows.kit import Browser, Hub, kid, parent

HTML = {"Accept": "text/html"}


async def recovered(hub: Hub) -> tuple[Browser, dict[str, str], Browser]:
    """The old account's browser, the record, and the browser that came with the new account."""
    old = hub.browser("Mozilla/5.0 (Android 14) Chrome/120")
    me = await old.sign_in()
    hub.esia.claims["anew"] = replace(parent(), subject="1001")
    new = hub.browser()
    await new.sign_in("anew")
    return old, me["person"], new


@pytest.mark.rule("A17")
@pytest.mark.feature("F129")
@pytest.mark.feature("F159")
async def test_the_new_account_opens_the_same_record_and_the_old_one_nothing(hub: Hub) -> None:
    old, person, new = await recovered(hub)
    assert (await new.me())["person"]["id"] == person["id"]
    assert (await old.get("/api/v1/me")).status_code == 401
    links = (await (await new.get("/api/v1/links")).get_json())["items"]
    assert [one["system"] for one in links] == ["esia"]
    assert [child["first_name"] for child in (await new.me())["children"]] == ["Пётр"]


@pytest.mark.rule("A17")
async def test_it_is_told_on_the_page_and_by_a_notice(hub: Hub) -> None:
    _, _, new = await recovered(hub)
    kinds = {one["kind"]: one["href"] for one in (await (await new.get("/api/v1/me/notices")).get_json())["items"]}
    assert kinds["link_closed"] == "/family/sign-ins" and "sessions_ended" in kinds
    page = str(await (await new.get("/family/sign-ins", **HTML)).get_data(as_text=True))
    assert "Доступ восстановлен" in page and "Закрыты недавно" in page
    assert "сб, 21 ноября, 12:00" in page, "72 hours from the recovery, on Moscow's clock"
    hub.clock.go(hours=73)
    await new.sign_in("anew")
    assert "Доступ восстановлен" not in str(await (await new.get("/family/sign-ins", **HTML)).get_data(as_text=True))


@pytest.mark.rule("A17")
async def test_acts_for_the_child_wait_72_hours_and_the_view_does_not(hub: Hub) -> None:
    _, person, new = await recovered(hub)
    child = PersonId((await new.me())["children"][0]["id"])

    async def may_act() -> bool:
        now = hub.clock()
        right = await hub.deps.db.read(lambda: act_right(hub.deps.keys, PersonId(person["id"]), child, EdgeRight.ACT, now=now))
        return right.allowed

    assert (await new.get(f"/api/v1/children/{child}/marks")).status_code == 200
    assert not await may_act()
    hub.clock.go(hours=72, seconds=1)
    assert await may_act()


@pytest.mark.rule("A17")
async def test_the_old_account_comes_back_as_a_recovery_of_its_own_never_beside_the_new(hub: Hub) -> None:
    _, person, new = await recovered(hub)
    again = hub.browser()
    await again.sign_in()
    assert (await again.me())["person"]["id"] == person["id"]
    assert (await new.get("/api/v1/me")).status_code == 401
    active = await hub.rows("SELECT COUNT(*) FROM account_link WHERE system = 'esia' AND state = 'active'")
    assert active == [(1,)], "one human has one Gosuslugi account at a time"


@pytest.mark.rule("A17")
@pytest.mark.rule("A3")
@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"last_name": "Чужая"}, 409),
        ({"level": Level.STANDARD}, 303),
        ({"snils": None}, 303),
        ({"system": "esia", "snils": kid(3, "").snils}, 303),
    ],
    ids=["another name", "not confirmed", "no SNILS", "another SNILS"],
)
async def test_nothing_less_recovers(hub: Hub, changes: dict[str, object], status: int) -> None:
    old = hub.browser()
    me = await old.sign_in()
    hub.esia.claims["anew"] = replace(parent(), subject="1001", children=None, **changes)  # type: ignore[arg-type]  # fields of the table
    browser = hub.browser()
    answer = await browser.back(await browser.leave(), "anew")
    assert answer.status_code == status
    if status == 303:
        assert (await browser.me())["person"]["id"] != me["person"]["id"]
    assert (await old.get("/api/v1/me")).status_code == 200, "the owner stays signed in"


@pytest.mark.rule("A12")
@pytest.mark.rule("A17")
async def test_twenty_callbacks_of_the_new_account_recover_once(hub: Hub) -> None:
    me = await hub.browser().sign_in()
    hub.esia.claims["anew"] = replace(parent(), subject="1001")
    browsers = [hub.browser() for _ in range(20)]
    states = [await one.leave() for one in browsers]
    answers = await asyncio.gather(*(one.back(state, "anew") for one, state in zip(browsers, states, strict=True)))
    assert {answer.status_code for answer in answers} == {303}
    assert await hub.rows("SELECT COUNT(*) FROM account_link WHERE state = 'active'") == [(1,)]
    assert (await browsers[-1].get("/api/v1/me")).status_code in (200, 401)
    assert await hub.rows("SELECT COUNT(DISTINCT person) FROM account_link") == [(1,)]
    assert me["person"]["id"]


@pytest.mark.rule("A18")
def test_what_waits_for_a_second_word_has_its_term() -> None:
    assert {"kept_forms", "merge_wishes", "swap_wishes"} <= {term.name for term in TERMS}

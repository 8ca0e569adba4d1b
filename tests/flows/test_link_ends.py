"""What happens to a diary's access when the reason for it ends without anybody signing in (RULES A2, A15, A18)."""

from __future__ import annotations

import pytest

from hub.worker import jobs
from tests.flows.kit import Browser, Hub, account, kid, mark, parent, pupil


async def run_terms(hub: Hub) -> None:
    """The worker's hourly job."""
    job = next(one for one in jobs(hub.deps) if one.name == "identity_terms")
    assert await job.batch() is False


async def anna_with_two(hub: Hub) -> tuple[Browser, dict[str, str]]:
    hub.esia.claims["anna"] = parent(children=(kid(1, "Пётр"), kid(2, "Иван")))
    hub.diary.accounts["anna"] = account(children=(pupil(), pupil("78", "Иван")))
    browser = hub.browser()
    await browser.sign_in()
    await browser.link()
    return browser, {child["first_name"]: child["id"] for child in (await browser.me())["children"]}


@pytest.mark.rule("A2")
@pytest.mark.rule("A15")
@pytest.mark.rule("A18")
async def test_an_edge_that_lapses_by_itself_takes_its_binding_and_copies_along(hub: Hub) -> None:
    browser, ids = await anna_with_two(hub)
    hub.diary.marks = [mark(hub.clock().date(), "5")]
    for child in ids.values():
        await browser.get(f"/api/v1/children/{child}/marks")
    hub.esia.claims["anna"] = parent(children=(kid(2, "Иван"),))
    await browser.sign_in()
    await run_terms(hub)
    assert len(await hub.rows("SELECT id FROM diary_pupil")) == 2, "to be confirmed: all is kept for 14 days"
    hub.clock.go(days=14, seconds=1)
    await run_terms(hub)
    assert await hub.rows("SELECT DISTINCT child FROM diary_pupil") == [(ids["Иван"],)]
    assert await hub.rows("SELECT DISTINCT child FROM diary_copy") == [(ids["Иван"],)]
    assert len(await hub.rows("SELECT id FROM diary_link")) == 1, "the account still shows the other child"


@pytest.mark.rule("A15")
async def test_with_the_last_child_the_tokens_are_destroyed(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    await browser.link()
    hub.esia.claims["anna"] = parent(children=())
    await browser.sign_in()
    hub.clock.go(days=14, seconds=1)
    await run_terms(hub)
    assert await hub.rows("SELECT id FROM diary_link") == []
    assert await hub.rows("SELECT id FROM diary_copy") == []
    await run_terms(hub)

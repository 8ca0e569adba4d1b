"""A debit without a pass is raised once, asked about with one tap, explained by the school; a late pass takes it back (RULES D7, E7)."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from hub.flows.contradictions.raising import Contradictions
from hub.ledger.model import Purpose
from hub.store.school.devices import DeviceKind
from hub.store.written import contradictions
from hub.store.written.contradictions import New, Said
from tests.flows.debit_kit import Canteen
from tests.flows.family_kit import form
from tests.flows.kit import PUBLIC, Browser, Hub, account, mark
from tests.flows.money_kit import stranger
from tests.flows.test_desk_pages import text
from tests.flows.till_kit import receipt, sell, till, tilled
from tests.ingest_kit import Played


@pytest.fixture
async def canteen(hub: Hub) -> Canteen:
    return await tilled(hub)


async def compared(hub: Hub) -> None:
    job = Contradictions(hub.deps)
    while await job.batch():
        pass


async def odd_day(made: Canteen) -> Played:
    """Lunch is debited at 16:00, the door sees only a stranger's card until 17:00."""
    hub, gate, shop = made.hub, await till(made.hub, kind=DeviceKind.TURNSTILE), await till(made.hub)
    await sell(hub, shop, receipt(shop, hub))
    hub.clock.go(hours=1)
    await sell(hub, gate, gate.passed(hub.clock(), number="7777"))
    await compared(hub)
    return gate


async def listed(made: Canteen, browser: Browser | None = None, status: int = 200) -> list[dict[str, Any]]:
    answer = await (browser or made.family.browser).get(f"/api/v1/children/{made.family.child}/contradictions")
    assert answer.status_code == status, await answer.get_data(as_text=True)
    return list((await answer.get_json()).get("items", ()))


async def notices(browser: Browser) -> list[str]:
    return [one["kind"] for one in (await (await browser.get("/api/v1/me/notices")).get_json())["items"]]


def address(made: Canteen, odd: str, act: str = "") -> str:
    return f"/api/v1/children/{made.family.child}/contradictions/{odd}{act}"


@pytest.mark.rule("D7")
async def test_a_debit_without_a_pass_is_raised_once_and_shown_everywhere(canteen: Canteen) -> None:
    await odd_day(canteen)
    await compared(canteen.hub)
    (one,) = await listed(canteen)
    assert (one["rule"], one["state"]) == ("debit_without_pass", "open")
    assert "списано 110,00" in one["text"]
    browser, child = canteen.family.browser, canteen.family.child
    assert (await notices(browser)).count("contradiction") == 1
    items = (await (await browser.get("/api/v1/timeline?kind=meal")).get_json())["items"]
    assert [odd["id"] for odd in items[0]["contradictions"]] == [one["id"]]
    for path in (
        "/",
        f"/children/{child}/meals",
        f"/children/{child}/passes?date=2026-11-18",
        f"/children/{child}/contradictions",
        "/timeline",
    ):
        assert "Списание без прохода" in await text(browser, path) or "списание без прохода" in await text(browser, path), path


@pytest.mark.rule("E7")
async def test_a_late_pass_takes_it_back_and_a_silent_door_raises_nothing(canteen: Canteen) -> None:
    hub, shop = canteen.hub, await till(canteen.hub)
    gate = await till(hub, kind=DeviceKind.TURNSTILE)
    start = hub.clock()
    await sell(hub, gate, gate.passed(start - timedelta(minutes=1), number="7777"))
    hub.clock.go(minutes=1)
    await sell(hub, shop, receipt(shop, hub))
    hub.clock.go(hours=2)
    await compared(hub)
    assert await listed(canteen) == [], "the door has said nothing since the debit"
    await sell(hub, gate, gate.passed(hub.clock(), number="7777"))
    await compared(hub)
    assert len(await listed(canteen)) == 1
    await sell(hub, gate, gate.passed(start - timedelta(hours=1)))
    await compared(hub)
    assert await listed(canteen) == []
    assert "Списание без прохода" not in await text(canteen.family.browser, "/")


@pytest.mark.rule("D7")
async def test_one_tap_disputes_the_debit_and_many_at_once_ask_once(canteen: Canteen) -> None:
    await odd_day(canteen)
    ((odd,), browser) = await listed(canteen), canteen.family.browser
    answers = await asyncio.gather(*(browser.send("POST", address(canteen, odd["id"], "/appeal"), json={}) for _ in range(4)))
    assert sorted(one.status_code for one in answers) == [200, 200, 200, 201]
    (after,) = await listed(canteen)
    assert after["state"] == "asked" and after["dispute"] and after["appeal"] is None
    desk = await canteen.ask("school_admin", "GET", "/disputes")
    assert [one["id"] for one in desk["items"]] == [after["dispute"]]
    await canteen.ask("school_admin", "POST", f"/disputes/{after['dispute']}/reverse", reason="Касса ошиблась.")
    assert await canteen.left(Purpose.MEAL) == 50_000


async def test_the_page_asks_with_a_form_and_needs_its_token(canteen: Canteen) -> None:
    await odd_day(canteen)
    ((odd,), browser) = await listed(canteen), canteen.family.browser
    path = f"/children/{canteen.family.child}/contradictions/{odd['id']}"
    assert "Проверьте, пожалуйста" in await text(browser, path)
    bare = await browser.client.post(f"{path}/appeal", form={"text": "x"}, headers={"Host": "localhost:8000", "Origin": PUBLIC})
    assert bare.status_code == 403
    assert (await listed(canteen))[0]["state"] == "open"
    sent = await form(browser, f"{path}/appeal", text="Мы болели.")
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{path}?done=asked")
    assert "Спор о списании и ответ школы" in await text(browser, path)


async def test_all_is_well_says_the_family_and_may_ask_later(canteen: Canteen) -> None:
    await odd_day(canteen)
    ((odd,), browser) = await listed(canteen), canteen.family.browser
    for _ in range(2):
        done = await browser.send("POST", address(canteen, odd["id"], "/dismiss"), json={})
        assert (done.status_code, (await done.get_json())["state"]) == (200, "dismissed")
    assert "Спросить школу" not in await text(browser, "/")
    await compared(canteen.hub)
    assert (await listed(canteen))[0]["state"] == "dismissed", "the worker does not raise it again"
    assert (await browser.send("POST", address(canteen, odd["id"], "/appeal"), json={})).status_code == 201


@pytest.mark.rule("B6")
async def test_nobody_elses_family_reads_it_and_the_school_explains_it(canteen: Canteen) -> None:
    await odd_day(canteen)
    (odd,) = await listed(canteen)
    other = await stranger(canteen.hub)
    await listed(canteen, other, status=404)
    for act in ("/appeal", "/dismiss"):
        assert (await other.send("POST", address(canteen, odd["id"], act), json={})).status_code == 404
        assert (await canteen.family.browser.send("POST", address(canteen, "none", act), json={})).status_code == 404
    (seen,) = (await canteen.ask("school_admin", "GET", "/contradictions"))["items"]
    assert (seen["last_name"], seen["rule"]) == ("Орлов", "debit_without_pass")
    await canteen.ask("school_admin", "POST", f"/contradictions/{odd['id']}/answer", 400, reason=" ")
    await canteen.ask("school_admin", "POST", f"/contradictions/{odd['id']}/answer", 204, reason="Ребёнок пришёл через другой вход.")
    await canteen.ask("school_admin", "POST", f"/contradictions/{odd['id']}/answer", 409, reason="Ещё раз.")
    await canteen.ask("school_admin", "POST", "/contradictions/none/answer", 404, reason="Нет такого.")
    (after,) = await listed(canteen)
    assert (after["state"], after["answer"]) == ("answered", "Ребёнок пришёл через другой вход.")
    assert "contradiction_answered" in await notices(canteen.family.browser)
    await canteen.ask("tutor", "GET", "/contradictions", 403)


@pytest.mark.rule("A15")
async def test_what_another_persons_diary_says_is_not_there_for_the_family_or_the_school(canteen: Canteen) -> None:
    hub, child = canteen.hub, canteen.family.child
    mine = (await canteen.family.browser.me())["person"]["id"]

    def unit() -> None:
        for person in (mine, "somebody"):
            new = New(
                child=child, school="1023800000017", person=person, rule="there_without_pass", day=hub.clock().date(), about="mark:x/1",
                object="2026-11-18", said=Said(text=f"Дневник {person}"),
            )  # fmt: skip
            contradictions.raise_(hub.deps.keys, new, now=hub.clock())

    await hub.deps.db.write(unit)
    (one,) = await listed(canteen)
    assert one["text"] == f"Дневник {mine}"
    foreign = await hub.deps.db.read(lambda: [row.id for row in contradictions.of_person(hub.deps.keys, "somebody")])
    assert (await canteen.family.browser.get(address(canteen, foreign[0]))).status_code == 404
    assert (await canteen.ask("school_admin", "GET", "/contradictions"))["items"] == []
    asked = await canteen.family.browser.send("POST", address(canteen, one["id"], "/appeal"), json={})
    assert asked.status_code == 201
    assert (await listed(canteen))[0]["appeal"]


@pytest.mark.rule("A15")
async def test_a_mark_of_a_day_without_a_pass_is_raised_for_whose_diary_it_is(canteen: Canteen) -> None:
    hub, browser, child = canteen.hub, canteen.family.browser, canteen.family.child
    gate = await till(hub, kind=DeviceKind.TURNSTILE)
    hub.diary.accounts["anna"] = account()
    hub.diary.marks = [mark(date(2026, 11, 17), "5", id_="m1"), mark(date(2026, 11, 17), "4", id_="m2", subject="Физика")]
    await browser.link()
    await browser.get(f"/api/v1/children/{child}/marks?from=2026-11-16&to=2026-11-22")
    await sell(hub, gate, gate.passed(hub.clock() - timedelta(days=1), number="7777"))
    await compared(hub)
    (odd,) = await listed(canteen)
    assert (odd["rule"], odd["day"]) == ("there_without_pass", "2026-11-17")
    assert "Алгебра" in odd["text"] and "Физика" in odd["text"]
    await sell(hub, gate, gate.passed(hub.clock() - timedelta(days=1), id_="late"))
    await compared(hub)
    assert await listed(canteen) == []

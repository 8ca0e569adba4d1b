"""One timeline of all children: passes, meals, money, marks and words, each with its source (facts 4.2, 1; RULES A13, E4, E6)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from hub.flows.notices.following import follow_events
from hub.flows.recognise import recognise
from hub.flows.timeline.joint import show_joint
from hub.ledger.model import Purpose
from hub.store.school.devices import DeviceKind, Sign
from tests.flows.debit_kit import Canteen
from tests.flows.kit import Browser, Hub, account, kid, mark, parent
from tests.flows.money_kit import stranger
from tests.flows.test_desk_pages import text
from tests.flows.till_kit import LUNCH, receipt, sell, till, tilled


@pytest.fixture
async def canteen(hub: Hub) -> Canteen:
    return await tilled(hub)


DAY = date(2026, 11, 17)
pytestmark = pytest.mark.feature("F131")


async def joint(browser: Browser, query: str = "", status: int = 200) -> dict[str, Any]:
    answer = await browser.get(f"/api/v1/timeline{query}")
    assert answer.status_code == status, await answer.get_data(as_text=True)
    found: dict[str, Any] = await answer.get_json()
    return found


async def played(made: Canteen) -> None:
    """In at 16:00 at the school, lunch at 16:30, out at 17:00."""
    hub, gate, shop = made.hub, await till(made.hub, kind=DeviceKind.TURNSTILE), await till(made.hub)
    hub.clock.go(minutes=1)
    await sell(hub, gate, gate.passed(hub.clock(), id_="came"))
    hub.clock.go(minutes=30)
    await sell(hub, shop, receipt(shop, hub, items=[LUNCH, {"title": "Сок", "price_kop": 1_000, "count": 2}]))
    hub.clock.go(minutes=30)
    await sell(hub, gate, gate.passed(hub.clock(), id_="went", direction="out"))


async def test_a_day_is_told_with_the_source_of_each_datum(canteen: Canteen) -> None:
    await played(canteen)
    found = await joint(canteen.family.browser)
    kinds = [one["kind"] for one in found["items"]]
    assert kinds[:3] == ["pass", "meal", "pass"] and "money" in kinds
    out, meal, came = found["items"][:3]
    assert (out["title"], came["title"]) == ("Выход", "Вход")
    assert out["visit"] == came["visit"]
    assert (out["visit"]["minutes"], out["visit"]["passes"]) == (60, [came["id"].split(":")[1], out["id"].split(":")[1]])
    assert (came["provenance"]["auth"], came["provenance"]["confirmed"], came["received_late"], came["suspect"]) == (
        "standard_webhooks",
        True,
        False,
        False,
    )
    assert came["source"]["system"] == "device" and came["source"]["fetched_at"]
    assert [(one["title"], one["count"], one["price_kop"]) for one in meal["lines"]] == [("Обед", 1, 11_000), ("Сок", 2, 1_000)]
    assert (meal["amount_kop"], meal["paid"]["purpose"], meal["paid"]["amount_kop"]) == (11_000, "meal", -11_000)
    assert meal["zone"] == "Asia/Krasnoyarsk" and found["children"][0]["zone"] == "Asia/Krasnoyarsk"


async def test_a_meal_of_a_till_stands_once_and_one_by_hand_too(canteen: Canteen) -> None:
    await played(canteen)
    await canteen.lunch()
    meals = (await joint(canteen.family.browser, "?kind=meal"))["items"]
    assert sorted((one["source"]["system"], one["amount_kop"]) for one in meals) == [("device", 11_000), ("ledger", 9_000)]
    assert {one["kind"] for one in (await joint(canteen.family.browser, "?kind=money,meal"))["items"]} == {"money", "meal"}


@pytest.mark.rule("E6")
async def test_what_an_unsigned_till_says_costs_nothing_and_says_so(canteen: Canteen) -> None:
    shop = await till(canteen.hub, Sign.BASIC)
    await sell(canteen.hub, shop, receipt(shop, canteen.hub))
    (meal,) = (await joint(canteen.family.browser, "?kind=meal"))["items"]
    assert meal["paid"] is None and meal["provenance"]["confirmed"] is False


async def test_pages_neither_lose_nor_repeat_and_a_late_event_changes_no_page_before(canteen: Canteen) -> None:
    hub, gate = canteen.hub, await till(canteen.hub, kind=DeviceKind.TURNSTILE)
    start = hub.clock()
    hub.clock.go(hours=12)
    events = [
        gate.passed(start + timedelta(minutes=n // 2), id_=f"n{n:03}", direction="in" if n % 4 < 2 else "out", door=str(n % 2))
        for n in range(170)
    ]
    await sell(hub, gate, *events)
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await joint(canteen.family.browser, f"?kind=pass&cursor={cursor}")
        seen += [one["source"]["id"] for one in page["items"]]
        cursor = page["next"]
        await sell(hub, gate, gate.passed(hub.clock(), id_=f"late{len(seen)}"))
    whole = [one for one in seen if one.startswith("n")]
    assert len(whole) == len(set(whole)) == 170
    assert sorted(whole, reverse=True)[0] == max(whole)


@pytest.mark.parametrize(
    "query",
    [
        "?kind=secrets",
        "?cursor=zzz",
        "?from=2026-11-20&to=2026-11-01",
        "?from=2026-11-20&to=2026-11-19",
        "?from=2020-01-01&to=2026-11-18",
        "?from=x",
    ],
)
async def test_a_bad_question_is_refused(canteen: Canteen, query: str) -> None:
    await joint(canteen.family.browser, query, status=400)


@pytest.mark.rule("A13")
async def test_a_stranger_sees_none_of_it_and_the_reading_is_written_down(canteen: Canteen) -> None:
    await played(canteen)
    other = await stranger(canteen.hub)
    assert (await joint(other))["items"] == []
    for child in (canteen.family.child, "nobody"):
        await joint(other, f"?child={child}", status=404)
    await joint(canteen.family.browser, f"?child={canteen.family.child}")
    log = await (await canteen.family.browser.get(f"/api/v1/children/{canteen.family.child}/access-log")).get_json()
    assert "timeline" in str(log["items"][0])
    assert (await canteen.hub.browser().get("/api/v1/timeline")).status_code == 401


@pytest.mark.rule("A13")
async def test_staff_do_not_see_it_by_this_way(canteen: Canteen) -> None:
    await played(canteen)
    for role in ("tutor", "school_admin"):
        browser = await canteen.by(role)
        assert (await joint(browser))["items"] == []
        await joint(browser, f"?child={canteen.family.child}", status=404)


async def test_what_the_till_takes_back_is_shown_with_the_debit(canteen: Canteen) -> None:
    hub, shop = canteen.hub, await till(canteen.hub)
    await sell(hub, shop, receipt(shop, hub))
    await sell(hub, shop, receipt(shop, hub, id_="back", reversal_of="r1"))
    meals = {one["source"]["id"]: one for one in (await joint(canteen.family.browser, "?kind=meal"))["items"]}
    assert meals["r1"]["paid"]["back_kop"] == 11_000
    assert meals["back"]["title"] == "Касса отменила покупку"
    assert await canteen.left(Purpose.MEAL) == 50_000


@pytest.mark.rule("F1")
async def test_notices_stand_there_with_why_they_went_or_not(canteen: Canteen) -> None:
    await played(canteen)
    while await follow_events(canteen.hub.deps):
        pass
    items = (await joint(canteen.family.browser, "?kind=notice"))["items"]
    assert len(items) == 3 and {one["decision"] for one in items} <= {"sent", "pending", "delayed", "not_sent"}
    assert all(one["href"].startswith(f"/children/{canteen.family.child}/notices?event=") for one in items)
    assert "notice" not in {one["kind"] for one in (await joint(await stranger(canteen.hub), "?kind=notice"))["items"]}
    assert "Уведомление «вход»" in await text(canteen.family.browser, "/timeline?kind=notice")
    assert "почему (не) сообщили" in await text(canteen.family.browser, "/timeline")


@pytest.mark.rule("A15")
async def test_marks_come_from_the_own_diary_with_its_age(canteen: Canteen) -> None:
    hub, browser, child = canteen.hub, canteen.family.browser, canteen.family.child
    hub.diary.accounts["anna"] = account()
    hub.diary.marks = [mark(DAY, "5", id_="m1", comment="Контрольная")]
    await browser.link()
    await browser.get(f"/api/v1/children/{child}/marks?from=2026-11-16&to=2026-11-22")
    asked = len(hub.diary.reads)
    (item,) = (await joint(browser, "?kind=mark"))["items"]
    assert (item["title"], item["text"], item["precision"]) == ("Оценка 5", "Алгебра: Контрольная", "day")
    assert (item["source"]["system"], item["source"]["title"]) == ("dnevnik", "Дневник.ру")
    assert item["source"]["fetched_at"] == hub.clock().isoformat().replace("+00:00", "Z")
    assert len(hub.diary.reads) == asked, "no diary is asked for a timeline"


async def test_three_children_cost_no_more_statements_than_one(canteen: Canteen, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = canteen.hub
    hub.esia.claims["many"] = parent("of many", first_name="Вера", snils=None, children=(kid(1, "Пётр"), kid(2, "Иван"), kid(3, "Олег")))
    many = hub.browser()
    await many.sign_in("many")
    counted = []
    for browser, children in ((canteen.family.browser, 1), (many, 3)):
        visitor = await recognise(hub.deps, browser.cookie("hub"))
        assert visitor is not None
        engine, statements = hub.deps.db.engine, [0]
        execute: Any = engine.execute_sql

        def counting(sql: str, params: Any = None, _to: Any = execute, _kept: list[int] = statements) -> Any:
            _kept[0] += 1
            return _to(sql, params)

        await show_joint(hub.deps, visitor)
        with monkeypatch.context() as patched:
            patched.setattr(engine, "execute_sql", counting)
            view = await show_joint(hub.deps, visitor)
        assert len(view.children) == children
        counted += statements
    assert counted[1] <= counted[0] + 2, counted

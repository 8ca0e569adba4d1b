"""«Питание»: a month of purchases with lines, prices, who paid, sums and a picture (F015, F016, F131; RULES D7)."""

from __future__ import annotations

from typing import Any

import pytest

from hub.ledger.model import Purpose
from hub.store.school.devices import Sign
from tests.flows.debit_kit import Canteen
from tests.flows.kit import Hub
from tests.flows.money_kit import stranger
from tests.flows.test_desk_pages import text
from tests.flows.till_kit import LUNCH, receipt, sell, till, tilled

pytestmark = [pytest.mark.feature("F015"), pytest.mark.feature("F016"), pytest.mark.feature("F131")]


@pytest.fixture
async def canteen(hub: Hub) -> Canteen:
    return await tilled(hub)


async def month(made: Canteen, query: str = "", status: int = 200) -> dict[str, Any]:
    answer = await made.family.browser.get(f"/api/v1/children/{made.family.child}/meals{query}")
    assert answer.status_code == status, await answer.get_data(as_text=True)
    found: dict[str, Any] = await answer.get_json()
    return found


async def test_a_month_has_each_purchase_once_with_lines_and_sums(canteen: Canteen) -> None:
    hub, shop = canteen.hub, await till(canteen.hub)
    await sell(hub, shop, receipt(shop, hub, kop=13_000, items=[LUNCH, {"title": "Сок", "price_kop": 1_000, "count": 2}]))
    await canteen.lunch(item="breakfast")
    found = await month(canteen)
    assert sorted((one["title"], one["amount_kop"], one["state"]) for one in found["items"]) == [
        ("Завтрак", 6_000, "paid"),
        ("Обед, Сок", 13_000, "paid"),
    ]
    assert (found["month"], found["own_kop"], found["benefit_kop"], found["balance_kop"]) == ("2026-11", 19_000, 0, 31_000)
    assert [(day["date"], day["own_kop"]) for day in found["days"]] == [("2026-11-18", 19_000)]
    by_hand = next(one for one in found["items"] if one["title"] == "Завтрак")
    assert "Ким" in by_hand["who"] and by_hand["paid"]["price_list"].startswith("menu@")
    page = await text(canteen.family.browser, f"/children/{canteen.family.child}/meals")
    for words in ("Обед 110,00", "Сок × 2 10,00", "190,00", "Месяц", "ноябрь 2026", "Питание"):
        assert words in page, words


async def test_returned_unsigned_and_refused_ones_say_so_and_are_in_no_sum(canteen: Canteen) -> None:
    hub, shop, weak = canteen.hub, await till(canteen.hub), await till(canteen.hub, Sign.BASIC)
    await sell(hub, shop, receipt(shop, hub))
    await sell(hub, shop, receipt(shop, hub, id_="back", reversal_of="r1"))
    await sell(hub, weak, receipt(weak, hub, id_="w1"))
    await sell(hub, shop, receipt(shop, hub, id_="much", kop=40_000))
    found = await month(canteen)
    assert {one["id"].rpartition("/")[2]: one["state"] for one in found["items"]} == {"r1": "returned", "w1": "seen", "much": "refused"}
    assert (found["own_kop"], await canteen.left(Purpose.MEAL)) == (0, 50_000)
    page = await text(canteen.family.browser, f"/children/{canteen.family.child}/meals")
    for words in ("деньги вернулись", "касса не подтверждена", "не списано"):
        assert words in page, words


async def test_a_refused_purchase_too_says_who_told_of_it_how_surely_and_that_it_came_late(canteen: Canteen) -> None:
    hub, shop = canteen.hub, await till(canteen.hub)
    sold = receipt(shop, hub, id_="much", kop=40_000, place="Буфет")
    hub.clock.go(hours=2)
    await sell(hub, shop, sold)
    (one,) = (await month(canteen))["items"]
    assert (one["state"], one["received_late"], one["place"], one["who"].startswith("Касса")) == ("refused", True, "Буфет", True)
    assert (one["provenance"]["auth"], one["provenance"]["confirmed"]) == (shop.sign, True)


async def test_another_month_is_chosen_and_an_empty_one_says_what_it_means(canteen: Canteen) -> None:
    shop = await till(canteen.hub)
    await sell(canteen.hub, shop, receipt(shop, canteen.hub))
    assert (await month(canteen, "?month=2026-10"))["items"] == []
    path = f"/children/{canteen.family.child}/meals"
    assert "касса ничего не записала" in await text(canteen.family.browser, f"{path}?month=2026-10")
    for wrong in ("?month=2026-13", "?month=november", "?month=1999-01"):
        await month(canteen, wrong, status=400)
        assert (await canteen.family.browser.get(path + wrong)).status_code == 400


async def test_the_picture_is_drawn_and_nobody_elses_child_is_shown(canteen: Canteen) -> None:
    shop = await till(canteen.hub)
    await sell(canteen.hub, shop, receipt(shop, canteen.hub))
    path = f"/children/{canteen.family.child}/meals"
    drawn = await canteen.family.browser.get(f"{path}/spent.svg?month=2026-11")
    assert (drawn.status_code, drawn.mimetype) == (200, "image/svg+xml")
    assert b"<script" not in await drawn.get_data(as_text=False)
    empty = await canteen.family.browser.get(f"{path}/spent.svg?month=2026-10")
    assert empty.status_code == 200
    other = await stranger(canteen.hub)
    for address in (path, f"{path}/spent.svg", f"/api/v1{path}", f"/api/v1{path}?month=2026-10"):
        assert (await other.get(address)).status_code == 404

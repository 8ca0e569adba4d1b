"""Participants and turnover of a period: all schools for the operator, the own school for its head, and no family by name (F142)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hub.ledger import posting
from hub.ledger.model import Floor, Posting, Purpose
from hub.ledger.money import NBSP
from hub.ledger.posting import Own
from hub.ledger.store import contracts
from hub.ledger.store.contracts import NewContract
from hub.ledger.store.writing import post
from hub.store.school import schools
from hub.store.school.schools import OfficerCard
from identity.snils import Snils
from tests.flows.console_kit import Console, open_console
from tests.flows.desk_kit import open_desk, snils
from tests.flows.kit import Browser, Hub, parent
from tests.flows.office_kit import OGRN, OTHER, signed
from tests.unit.ledger.kit import act, meal, top_up

pytestmark = pytest.mark.feature("F142")
FED = Floor(kop=-10_000, rule="meal.fed_down_to_two_meals")


async def fill(hub: Hub, child: str | None = None) -> None:
    """Two schools with a contract each: 500 came and 85 went in the first, a meal on credit in the second."""

    def unit() -> None:
        now = hub.clock()
        one, two = (
            _own(hub, number, school, child=child if school == OGRN else None)
            for number, school in (("0270390000", OGRN), ("0270390001", OTHER))
        )
        made: list[Posting] = [
            top_up(one[Purpose.MEAL], 50_000, at=now, fee_kop=2_500),
            meal(one[Purpose.MEAL], 8_500, at=now),
            posting.benefit_grant(act(scope="budget", at=now), one[Purpose.MEAL_BENEFIT], amount_kop=700),
            top_up(one[Purpose.NOTICES], 1_000, at=now - timedelta(days=60)),
            meal(two[Purpose.MEAL], 3_000, at=now, floor=FED),
        ]
        for each in made:
            post(each, now=now)

    await hub.deps.db.write(unit)


def _own(hub: Hub, number: str, school: str, *, child: str | None = None) -> dict[Purpose, Own]:
    new = NewContract(number=number, school=school, class_name="6А", purposes=tuple(Purpose), child=child)
    card = contracts.open_contract(hub.deps.keys, new, now=hub.clock())
    return {one.purpose: Own(id=one.id, purpose=one.purpose) for one in card.accounts}


async def told(browser: Browser, path: str) -> dict[str, Any]:
    answer = await browser.get(path)
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    found: dict[str, Any] = await answer.get_json()
    return found


async def page(browser: Browser, path: str) -> str:
    answer = await browser.get(path, Accept="text/html")
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    return str(await answer.get_data(as_text=True)).replace(NBSP, " ")


@pytest.fixture
async def console(hub: Hub) -> Console:
    await open_desk(hub)
    await fill(hub)
    return await open_console(hub)


async def test_the_operator_sees_all_schools_by_every_cut(console: Console) -> None:
    found = await console.json("money")
    assert (found["contracts"], found["participants"], found["came_kop"], found["went_kop"]) == (2, 2, 50_700, -11_500)
    assert [(one["name"], one["participants"], one["came_kop"], one["went_kop"]) for one in found["by_school"]] == sorted(
        [(OGRN, 1, 50_700, -8_500), (OTHER, 1, 0, -3_000)]
    )
    assert {one["name"]: (one["came_kop"], one["went_kop"]) for one in found["by_kind"]} == {
        "top_up": (50_000, 0), "meal": (0, -11_500), "benefit_grant": (700, 0),
    }  # fmt: skip
    (osmp,) = found["by_provider"]
    assert (osmp["name"], osmp["payments"], osmp["took_kop"], osmp["fee_kop"], osmp["gave_back_kop"]) == ("osmp", 1, 52_500, 2_500, 0)
    assert sum(one["kop"] for one in found["held"]) == 50_000 - 8_500 + 700 + 1_000 - 3_000
    assert [(one["contract"], one["kop"]) for one in found["below"]] == [("…0001", -3_000)]
    assert found["to_look_at"]["below_zero"] == 1
    assert (await console.json(f"money?school={OTHER}"))["went_kop"] == -3_000


async def test_a_period_holds_both_its_days_and_no_other(console: Console) -> None:
    today = console.hub.clock().date()
    early = (today - timedelta(days=60)).isoformat()
    assert (await console.json(f"money?from={early}&to={today}"))["came_kop"] == 51_700
    assert (await console.json(f"money?from={early}&to={early}"))["came_kop"] == 1_000
    none = await console.json(f"money?from={(today - timedelta(days=30)).isoformat()}&to={(today - timedelta(days=2)).isoformat()}")
    assert (none["participants"], none["came_kop"], none["days"]) == (0, 0, [])
    for wrong in ("from=2026-11-20&to=2026-11-01", "from=x", "from=2020-01-01&to=2026-11-01"):
        assert (await console.pal.get(f"/api/v1/console/money?{wrong}")).status_code == 400
    assert (await console.pal.get("/api/v1/console/money?school=1")).status_code == 404


async def test_the_page_shows_counts_that_open_their_lists(console: Console) -> None:
    shown = await page(console.pal, "/console/money")
    for words in (
        "Участники и обороты",
        "По школам",
        "По тем, через кого платят",
        "Ниже нуля",
        "500,00 ₽",
        "Сколько лежит у семей",
        "…0001",
    ):
        assert words in shown, words
    assert "0270390001" not in shown
    picture = await console.pal.get("/console/money/days.svg")
    assert picture.content_type == "image/svg+xml" and "<script" not in await picture.get_data(as_text=True)


@pytest.mark.rule("C8")
@pytest.mark.parametrize("cut", ["school", "kind", "purpose", "provider", "day", "held", "below_zero"])
async def test_each_cut_is_a_table_to_keep(console: Console, cut: str) -> None:
    answer = await console.pal.get(f"/console/money/turnover.csv?by={cut}")
    assert answer.status_code == 200
    body = await answer.get_data(as_text=False)
    assert body.startswith(b"\xef\xbb\xbf")
    rows = body.decode("utf-8-sig").splitlines()
    assert len(rows) > 1
    assert not [cell for row in rows for cell in row.split(";") if cell.startswith(("=", "+", "-", "@"))]


async def test_no_other_cut_and_no_foreign_page_makes_a_table(console: Console) -> None:
    assert (await console.pal.get("/console/money/turnover.csv?by=family")).status_code == 400
    assert (await console.pal.get("/console/money/turnover.csv?by=day", **{"Sec-Fetch-Site": "cross-site"})).status_code == 403


@pytest.mark.rule("B6")
async def test_a_head_sees_the_own_school_alone(hub: Hub) -> None:
    desk = await open_desk(hub)
    await fill(hub, desk.petya)
    found = await told(desk.nina, "/api/v1/office/money")
    assert (found["participants"], found["came_kop"], found["went_kop"], found["by_school"], found["by_provider"]) == (
        1,
        50_700,
        -8_500,
        [],
        [],
    )
    assert [(one["name"], one["went_kop"]) for one in found["by_class"]] == [("6А", -8_500)]
    assert {one["school"] for one in found["held"]} == {OGRN}
    shown = await page(desk.nina, "/office/money")
    assert "Участники и обороты" in shown and "0270390001" not in shown
    assert (await told(desk.oleg, "/api/v1/office/money"))["below"][0]["contract"] == "0270390001"
    answer = await desk.nina.get("/office/money/turnover.csv?by=class")
    assert "6А" in (await answer.get_data(as_text=False)).decode("utf-8-sig")
    assert (await desk.nina.get("/office/money/days.svg")).status_code == 200


@pytest.mark.rule("A13")
async def test_a_family_whose_debt_is_named_sees_the_look(hub: Hub) -> None:
    desk = await open_desk(hub)
    await fill(hub, desk.petya)
    card = await hub.deps.db.read(lambda: contracts.numbered("0270390000"))
    assert card is not None
    owe = meal(Own(id=card.accounts[0].id, purpose=Purpose.MEAL), 60_000, at=hub.clock(), floor=Floor(kop=-100_000, rule="x"))
    await hub.deps.db.write(lambda: post(owe, now=hub.clock()))
    assert (await told(desk.nina, "/api/v1/office/money"))["below"][0]["contract"] == "0270390000"
    log = await told(desk.anna, f"/api/v1/children/{desk.petya}/access-log")
    assert any(one["action"] == "office.money" for one in log["items"])


@pytest.mark.rule("B6")
async def test_a_supplier_sees_food_alone(hub: Hub) -> None:
    desk = await open_desk(hub)
    await fill(hub, desk.petya)
    number: Snils = snils(155000077)
    card = OfficerCard(school=OGRN, role="supplier", snils=number.digits, names=("Поваров", "Лев", ""))
    await hub.deps.db.write(lambda: schools.put_officers(hub.deps.keys, [card], now=hub.clock()))
    hub.esia.claims["lev"] = parent("of lev", last_name="Поваров", first_name="Лев", snils=number, children=())
    found = await told(await signed(hub, "lev"), "/api/v1/office/money?from=2026-09-01")
    assert {one["name"] for one in found["by_purpose"]} == {"meal", "meal_benefit"}
    assert {one["purpose"] for one in found["held"]} == {"meal", "meal_benefit"}
    assert found["to_look_at"] is None


@pytest.mark.security("7")
@pytest.mark.parametrize("path", ["/api/v1/console/money", "/console/money/turnover.csv?by=day", "/console/money/days.svg"])
async def test_nobody_but_an_operator_finds_the_figures(hub: Hub, path: str) -> None:
    browser = hub.browser()
    await browser.sign_in()
    assert (await browser.get(path)).status_code == 404


@pytest.mark.security("7")
@pytest.mark.parametrize("path", ["/api/v1/office/money", "/office/money/turnover.csv?by=day", "/office/money/days.svg"])
async def test_a_parent_finds_no_schools_figures(hub: Hub, path: str) -> None:
    desk = await open_desk(hub)
    assert (await desk.anna.get(path)).status_code in (403, 404)

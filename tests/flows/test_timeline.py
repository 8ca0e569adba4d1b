"""A family's timeline of passes: late ones say so, repeated reads are one, a card brings its past along (RULES E4, E5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.flows.desk_kit import Desk
from tests.flows.gate_kit import CARD, carded, device, guarded, send, timeline, verdicts
from tests.flows.kit import Hub
from tests.flows.test_desk_pages import text
from tests.ingest_kit import batch


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await guarded(hub)


@pytest.mark.rule("E4")
async def test_a_late_event_says_so_and_reads_within_five_seconds_are_one_pass(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    await carded(desk)
    start = hub.clock()
    hub.clock.go(minutes=20)
    now = hub.clock()
    events = [gate.passed(start + timedelta(seconds=1)), *(gate.passed(now + timedelta(seconds=n)) for n in (0, 2, 5, 11))]
    await verdicts(await send(hub, gate, batch(*events)))
    items = await timeline(desk)
    assert [(one["received_late"], one["repeats"]) for one in items] == [(True, 0), (False, 2), (False, 0)]


@pytest.mark.rule("E5")
async def test_an_unknown_card_finds_its_owner_later_and_a_card_of_another_school_never(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    at = hub.clock()
    await verdicts(await send(hub, gate, batch(gate.passed(at, number="77-88"))))
    assert await timeline(desk) == []
    asked = CARD | {"number": "7788", "since": at.isoformat()}
    assert (await desk.nina.send("POST", f"/api/v1/office/pupils/{desk.petya}/carriers", json=asked)).status_code == 201
    assert [one["at"] for one in await timeline(desk)] == [at.isoformat().replace("+00:00", "Z")]


async def test_the_timeline_goes_on_where_the_page_before_ended(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    await carded(desk)
    start = hub.clock()
    hub.clock.go(hours=10)
    await verdicts(await send(hub, gate, batch(*(gate.passed(start + timedelta(minutes=n), id_=f"n{n}") for n in range(1, 251)))))
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await (await desk.anna.get(f"/api/v1/children/{desk.petya}/timeline?cursor={cursor}")).get_json()
        seen += [one["event_id"] for one in page["items"]]
        cursor = page["next"]
    assert seen == [f"n{n}" for n in range(1, 251)]
    assert (await desk.anna.get(f"/api/v1/children/{desk.petya}/timeline?cursor=zzz")).status_code == 400
    assert (await desk.anna.get(f"/api/v1/children/{desk.petya}/timeline?from=2026-11-20&to=2026-11-01")).status_code == 400


@pytest.mark.feature("F012")
@pytest.mark.feature("F013")
async def test_the_page_pairs_visits_by_the_schools_clock_and_says_what_is_to_be_doubted(desk: Desk) -> None:
    hub, gate, weak = desk.hub, await device(desk), await device(desk, "basic", serial="SN-2")
    await carded(desk)
    start = hub.clock()
    hub.clock.go(hours=2)
    await verdicts(await send(hub, gate, batch(gate.passed(start), gate.passed(hub.clock(), direction="out"))))
    denied = weak.passed(hub.clock() + timedelta(minutes=6), direction="out", passed=False, reason="карта заблокирована")
    await verdicts(await send(hub, weak, batch(denied)))
    told = await text(desk.anna, f"/children/{desk.petya}/passes")
    for words in (
        "15:00",
        "17:00",
        "2 ч",
        "запись пришла в 17:00",
        "не пропустили: карта заблокирована",
        "устройство не подтверждено",
        "Дата",
    ):
        assert words in told, words


@pytest.mark.feature("F013")
async def test_one_date_is_chosen_and_an_empty_one_says_what_it_means(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    path = f"/children/{desk.petya}/passes"
    assert "не записана карта" in await text(desk.anna, path)
    await carded(desk)
    await verdicts(await send(hub, gate, batch(gate.passed(hub.clock()))))
    assert "15:00" in await text(desk.anna, f"{path}?date=2026-11-18")
    other = await text(desk.anna, f"{path}?date=2026-11-17")
    assert "ни одного прохода не записано" in other and "15:00" not in other
    assert "ещё не наступил" in await text(desk.anna, f"{path}?date=2026-11-19")
    assert "ничего не записали" in await text(desk.anna, f"{path}?from=2026-10-01&to=2026-10-05")
    for wrong in ("?date=yesterday", "?date=1999-01-01", "?from=2026-11-20&to=2026-11-01"):
        assert (await desk.anna.get(path + wrong)).status_code == 400


@pytest.mark.rule("E7")
async def test_a_silent_turnstile_is_said_and_no_absence_follows_from_it(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    await carded(desk)
    hub.clock.go(hours=-4)
    await verdicts(await send(hub, gate, batch(gate.passed(hub.clock(), number="5555"))))
    hub.clock.go(hours=1)
    assert "Прохода сегодня ещё не было" in await text(desk.anna, "/")
    hub.clock.go(hours=2, minutes=30)
    for path in ("/", f"/children/{desk.petya}/passes"):
        assert "Турникет молчит с ср, 18 ноября, 11:00" in await text(desk.anna, path)
    assert "Прохода сегодня ещё не было" not in await text(desk.anna, "/")


@pytest.mark.rule("E7")
async def test_a_turnstile_that_never_spoke_is_silent_since_the_school_opened_today(desk: Desk) -> None:
    """The day of its registration says nothing to a family, least of all a day of another year."""
    hub, _ = desk.hub, await device(desk)
    await carded(desk)
    hub.clock.go(hours=48)
    for path in ("/", f"/children/{desk.petya}/passes"):
        assert "Турникет молчит с пт, 20 ноября, 08:00" in await text(desk.anna, path)


@pytest.mark.feature("F012")
async def test_the_home_card_says_came_and_left(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    await carded(desk)
    await verdicts(await send(hub, gate, batch(gate.passed(hub.clock()))))
    home = await text(desk.anna, "/")
    assert "Вход в 15:00" in home and "Вся лента" in home
    hub.clock.go(hours=1)
    await verdicts(await send(hub, gate, batch(gate.passed(hub.clock(), direction="out"))))
    assert "Выход в 16:00" in await text(desk.anna, "/")
    hub.clock.go(hours=20)
    assert "Выход в" not in (await text(desk.anna, "/")).split("Лента")[0]


@pytest.mark.feature("F002")
@pytest.mark.feature("F010")
async def test_one_menu_leads_to_diary_passes_meals_money_cards_and_help(desk: Desk) -> None:
    told = await (await desk.anna.get(f"/children/{desk.petya}/passes")).get_data(as_text=True)
    for name in ("diary", "passes", "meals", "money", "cards", "menu", "notices", "tariff", "ask"):
        assert f'href="/children/{desk.petya}/{name}"' in told, name
        assert (await desk.anna.get(f"/children/{desk.petya}/{name}")).status_code == 200, name
    for address in ("/family", "/help", "/directory"):
        assert f'href="{address}"' in told and (await desk.anna.get(address)).status_code == 200


@pytest.mark.feature("F116")
async def test_passes_cards_and_sign_ins_stand_in_one_section_of_safety(desk: Desk) -> None:
    told = await (await desk.anna.get("/family")).get_data(as_text=True)
    section = told.partition('id="safety"')[2].partition("</section>")[0]
    for address in (
        f"/children/{desk.petya}/passes",
        f"/children/{desk.petya}/cards",
        f"/children/{desk.petya}/contradictions",
        "/family/sign-ins",
        "/family/devices",
    ):
        assert f'href="{address}"' in section
        assert (await desk.anna.get(address)).status_code == 200, address


@pytest.mark.parametrize("path", ["/api/v1/children/{child}/timeline", "/api/v1/timeline", "/api/v1/children/{child}/menu"])
async def test_days_beyond_every_calendar_mean_all_there_is(desk: Desk, path: str) -> None:
    await carded(desk)
    for query in ("?from=0001-01-01&to=9999-12-31", "?from=9999-12-31&to=9999-12-31", "?from=0001-01-01&to=0001-01-01"):
        assert (await desk.anna.get(path.format(child=desk.petya) + query)).status_code in (200, 400), query

"""A child's cards in the family's hands: closed at once and alone, found again, added; foreign ones do not exist (RULES A5b, D12, E5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.flows.desk_kit import Desk, father
from tests.flows.gate_kit import carded, device, guarded, send, verdicts
from tests.flows.kit import Browser, Hub
from tests.flows.office_kit import signed
from tests.flows.test_desk_pages import post, text
from tests.ingest_kit import batch


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    found = await guarded(hub)
    await carded(found, "12345678")
    return found


def path(desk: Desk, more: str = "") -> str:
    return f"/api/v1/children/{desk.petya}/cards{more}"


async def cards(desk: Desk, browser: Browser | None = None) -> list[dict[str, Any]]:
    answer = await (browser or desk.anna).get(path(desk))
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    items: list[dict[str, Any]] = (await answer.get_json())["items"]
    return items


async def turn(desk: Desk, step: str, card: str = "", browser: Browser | None = None) -> int:
    id_ = card or (await cards(desk))[0]["id"]
    return int((await (browser or desk.anna).send("POST", path(desk, f"/{id_}/{step}"))).status_code)


@pytest.mark.feature("F143")
@pytest.mark.rule("E5")
async def test_a_parent_closes_a_lost_card_at_once_without_a_fresh_sign_in_and_the_other_guardian_hears(desk: Desk) -> None:
    hub = desk.hub
    ivan = await desk.father()
    hub.clock.go(hours=1)  # nobody is fresh any more
    (one,) = await cards(desk)
    assert (one["number"], one["state"], one["may"]) == ("…5678", "active", ["block", "lose"])
    assert [await turn(desk, "lose"), await turn(desk, "lose")] == [200, 200], "twice is harmless"
    (one,) = await cards(desk)
    assert (one["state"], one["may"]) == ("lost", ["found"])
    assert "carrier_changed" in await desk.notices(ivan)
    assert (await desk.notices(desk.anna)).count("carrier_changed") == 0
    log = await (await desk.anna.get(f"/api/v1/children/{desk.petya}/access-log")).get_json()
    assert [entry["action"] for entry in log["items"]].count("carrier.lose") == 1


@pytest.mark.rule("E5")
async def test_what_a_lost_card_does_later_is_nobodys_pass_and_the_page_says_that_it_was_shown(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    await verdicts(await send(hub, gate, batch(gate.passed(hub.clock(), number="12345678"))))
    hub.clock.go(minutes=5)
    await turn(desk, "lose")
    hub.clock.go(minutes=5)
    await verdicts(await send(hub, gate, batch(gate.passed(hub.clock(), number="12345678"))))
    (one,) = await cards(desk)
    assert one["used_after"]["place"] == "Вход" and one["last_used"]["at"] < one["used_after"]["at"]
    assert one["may"] == [], "whoever lost it in earnest shows it to the school"
    assert await turn(desk, "found") == 403
    assert "Скажите школе" in await text(desk.anna, f"/children/{desk.petya}/cards")


@pytest.mark.feature("F143")
async def test_a_found_card_opens_within_two_weeks_after_a_fresh_sign_in_and_its_gap_stays_nobodys(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    start = hub.clock()
    await turn(desk, "lose")
    hub.clock.go(hours=1)
    assert await turn(desk, "found") == 403, "not fresh"
    again = await signed(hub, "anna")
    assert await turn(desk, "found", browser=again) == 200
    (one,) = await cards(desk)
    assert (one["state"], one["since"], len(await cards(desk))) == ("active", start.isoformat().replace("+00:00", "Z"), 1)
    gap, after = start + timedelta(minutes=30), hub.clock() + timedelta(minutes=1)
    await verdicts(await send(hub, gate, batch(*(gate.passed(at, number="12345678") for at in (gap, after)))))
    seen = await (await again.get(f"/api/v1/children/{desk.petya}/timeline")).get_json()
    owned = [one["at"] for one in seen["items"] if one["kind"] == "pass"]
    assert after.isoformat().replace("+00:00", "Z") in owned
    assert (await cards(desk))[0]["last_used"]["at"] == after.isoformat().replace("+00:00", "Z")
    await turn(desk, "lose")
    hub.clock.go(days=15)
    late = await signed(hub, "anna")
    (one,) = await cards(desk, late)
    assert one["may"] == [] and await turn(desk, "found", one["id"], late) == 403


async def test_what_the_school_closed_the_school_opens(desk: Desk) -> None:
    (one,) = await cards(desk)
    for step, back in (("block", "unblock"), ("lose", "found")):
        assert (await desk.nina.send("POST", f"/api/v1/office/carriers/{one['id']}/{step}")).status_code == 200
        assert "found" not in (await cards(desk))[0]["may"] and await turn(desk, "found") in (403, 409)
        assert (await desk.nina.send("POST", f"/api/v1/office/carriers/{one['id']}/{back}")).status_code == 200
        assert (await cards(desk))[0]["state"] == "active"


@pytest.mark.rule("A5a")
@pytest.mark.security("7")
async def test_foreign_people_restricted_ones_and_foreign_cards_find_nothing(desk: Desk) -> None:
    ivan = await desk.father()
    (one,) = await cards(desk)
    await desk.restrict(await desk.person(ivan))
    again, stranger = await signed(desk.hub, "ivan"), await signed(desk.hub, "oleg")
    for browser in (again, stranger):
        assert (await browser.get(path(desk))).status_code == 404
        assert await turn(desk, "block", one["id"], browser) == 404
        assert (await browser.send("POST", path(desk), json={"kind": "card", "number": "77"})).status_code == 404
    assert [await turn(desk, "block", "nothing"), await turn(desk, "burn"), await turn(desk, "end")] == [404, 404, 404]
    assert (await cards(desk))[0]["state"] == "active"
    assert (await desk.hub.browser().get(path(desk))).status_code == 401


@pytest.mark.feature("F088")
@pytest.mark.feature("F089")
async def test_a_parent_adds_a_city_card_and_a_bracelet_that_open_from_now_on(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    before = hub.clock() - timedelta(minutes=1)
    await verdicts(await send(hub, gate, batch(gate.passed(before + timedelta(seconds=61), number="9643 1111 2222 33"))))
    hub.clock.go(minutes=2)
    for kind, number in (("card", "96431111222233"), ("bracelet", "AA-01"), ("card", "96431111222233")):
        made = await desk.anna.send("POST", path(desk), json={"kind": kind, "number": number})
        assert made.status_code == 201, await made.get_data(as_text=True)
    found = {one["number"]: one for one in await cards(desk)}
    assert len(found) == 3 and found["…2233"]["by_family"] and not found["…5678"]["by_family"]
    assert found["…2233"]["last_used"] is None, "a family's word brings no past along"
    third = await desk.anna.send("POST", path(desk), json={"kind": "card", "number": "556677"})
    assert third.status_code == 403 and "2" in (await third.get_json())["detail"]


@pytest.mark.rule("D12")
@pytest.mark.security("7")
@pytest.mark.parametrize(
    ("kind", "number", "status"),
    [
        ("bank_card", "4111 1111 1111 1111", 400), ("card", "4111111111111111", 400), ("card", "", 400), ("card", "карта", 400),
        ("device_pin", "990017", 400), ("purse", "990017", 400), ("bank_card", "tok_5f2a", 201),
    ],
)  # fmt: skip
async def test_a_bank_cards_number_is_taken_nowhere_and_its_token_is(desk: Desk, kind: str, number: str, status: int) -> None:
    made = await desk.anna.send("POST", path(desk), json={"kind": kind, "number": number})
    assert made.status_code == status, await made.get_data(as_text=True)
    assert number == "" or number not in await made.get_data(as_text=True)


async def test_a_number_that_another_child_has_is_not_told_apart_and_the_add_wants_a_fresh_sign_in(desk: Desk) -> None:
    hub = desk.hub
    hub.esia.claims["ivan"] = father(children=())
    other = await desk.nina.send(
        "POST",
        "/api/v1/office/pupils",
        json={"last_name": "Белов", "first_name": "Яр", "middle_name": "", "birth_date": "2014-01-01", "class": "6А"},
    )
    pupil = (await other.get_json())["id"]
    await desk.nina.send("POST", f"/api/v1/office/pupils/{pupil}/carriers", json={"kind": "card", "number": "5550001"})
    taken = await desk.anna.send("POST", path(desk), json={"kind": "card", "number": "5550001"})
    assert taken.status_code == 403 and "выдан" not in await taken.get_data(as_text=True)
    hub.clock.go(minutes=10)
    stale = await desk.anna.send("POST", path(desk), json={"kind": "card", "number": "5550002"})
    assert (stale.status_code, (await stale.get_json())["type"].rsplit("/", 1)[1]) == (403, "not_fresh")


@pytest.mark.feature("F116")
async def test_passes_cards_photo_and_who_sees_stand_in_one_section(desk: Desk) -> None:
    shown = await text(desk.anna, f"/children/{desk.petya}/cards")
    links = ("passes", "photo", "who-sees", "who-looked")
    for path in (*(f"/children/{desk.petya}/{one}" for one in links), "/settings"):
        assert f'href="{path}"' in shown and (await desk.anna.get(path, Accept="text/html")).status_code == 200, path


async def test_the_page_closes_with_one_tap_and_leads_on(desk: Desk) -> None:
    page = f"/children/{desk.petya}/cards"
    (one,) = await cards(desk)
    assert "Потеряна — закрыть" in await text(desk.anna, page)
    done = await post(desk.anna, f"{page}/{one['id']}/lose")
    assert (done.status_code, done.headers["Location"]) == (303, f"{page}?done=lose")
    shown = await text(desk.anna, f"{page}?done=lose")
    assert "Обед ребёнку дадут по списку" in shown and "Нашлась — открыть" in shown and "12345678" not in shown
    refused = await post(desk.anna, page, kind="card", number="4111111111111111")
    assert refused.status_code == 400 and "банковской карты" in await refused.get_data(as_text=True)
    assert "4111" not in await refused.get_data(as_text=True)

"""The guard compares a face, marks by name, and sees nothing of money or food (RULES B6, E8, E9; F145)."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from hub.store.school import schools
from hub.store.school.schools import OfficerCard
from tests.flows.desk_kit import Desk, snils
from tests.flows.gate_kit import carded, device, guarded, send, timeline, verdicts
from tests.flows.kit import Browser, Hub, parent
from tests.flows.office_kit import OGRN, OTHER, enter, signed
from tests.flows.test_desk_pages import post, text
from tests.flows.test_photos import put, say
from tests.ingest_kit import Played, batch
from tests.picture_kit import png

GUARD = "/api/v1/office/guard"
pytestmark = pytest.mark.feature("F145")


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    found = await guarded(hub)
    await carded(found)
    return found


async def post_of(desk: Desk, role: str, *, klass: str = "", number: int = 501, school: str = OGRN) -> Browser:
    now, whose = desk.hub.clock(), snils(144000000 + number)
    cards = [OfficerCard(school=school, role=role, snils=whose.digits, names=("Страж", "Юрий", ""), class_name=klass)]
    await desk.hub.deps.db.write(lambda: schools.put_officers(desk.hub.deps.keys, cards, now=now))
    name = f"{role}{number}"
    desk.hub.esia.claims[name] = parent(f"of {name}", last_name="Страж", first_name="Юрий", snils=whose, children=())
    return await signed(desk.hub, name)


async def seen(browser: Browser, after: str = "") -> dict[str, Any]:
    answer = await browser.get(f"{GUARD}?after={after}" if after else GUARD)
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    found: dict[str, Any] = await answer.get_json()
    return found


async def passes(desk: Desk, gate: Played, **how: Any) -> None:
    await verdicts(await send(desk.hub, gate, batch(gate.passed(desk.hub.clock(), **how))))


async def mark(browser: Browser, child: str, way: str = "in", form: str = "f1") -> tuple[int, dict[str, Any]]:
    answer = await browser.send("POST", f"{GUARD}/marks", json={"child": child, "direction": way, "form": form})
    return answer.status_code, await answer.get_json()


@pytest.mark.rule("E8")
async def test_the_guard_sees_a_pass_with_name_class_and_the_photo_that_the_family_agreed_to(desk: Desk) -> None:
    gate, vera = await device(desk), await post_of(desk, "guard")
    await say(desk.anna, desk.petya)
    await put(desk, png())
    await passes(desk, gate)
    found = await seen(vera)
    (row,) = found["items"]
    assert (row["name"], row["class"], row["verdict"], row["place"]) == ("Пётр Орлов", "6А", "own", "Вход")
    photo = await vera.get(f"{GUARD}/photos/{desk.petya}")
    assert (photo.status_code, photo.content_type, photo.headers["X-Content-Type-Options"]) == (200, "image/png", "nosniff")
    assert (await seen(vera, found["last"]))["items"] == [], "what the page has is not sent again"
    desk.hub.clock.go(seconds=1)
    await say(desk.anna, desk.petya, "refused")
    assert (await seen(vera))["items"][0]["photo"] is None
    assert (await vera.get(f"{GUARD}/photos/{desk.petya}")).status_code == 404, "gone at once"
    log = await (await desk.anna.get(f"/api/v1/children/{desk.petya}/access-log")).get_json()
    assert "office.guard" in {entry["action"] for entry in log["items"]}


@pytest.mark.rule("E8")
@pytest.mark.rule("B6")
async def test_nothing_of_money_benefits_or_food_is_on_the_guards_screen(desk: Desk) -> None:
    gate, vera = await device(desk), await post_of(desk, "guard")
    meal = {
        "credential": {"kind": "card", "number": "0001"},
        "amount_kop": 8500,
        "account": "meal_benefit",
        "items": [{"title": "Обед", "price_kop": 8500}],
    }
    till = await device(desk, serial="till")
    await verdicts(await send(desk.hub, till, batch(till.event("meal", desk.hub.clock(), meal))))
    await passes(desk, gate)
    shown = json.dumps(await seen(vera), ensure_ascii=False) + await text(vera, "/office/guard")
    for word in ("льгот", "benefit", "8500", "85,00", "Обед", "баланс", "долг", "диет", "kop"):
        assert word not in shown, word
    tabs = await text(vera, "/office/guard")
    assert "Списать питание" not in tabs and "/office/carriers" not in tabs


@pytest.mark.rule("E5")
@pytest.mark.parametrize(
    ("state", "verdict", "told"),
    [("lose", "closed", "Карта закрыта"), ("block", "closed", "Карта закрыта"), ("", "unknown", "никому не записана")],
)
async def test_a_closed_and_an_unknown_card_say_what_to_do(desk: Desk, state: str, verdict: str, told: str) -> None:
    gate, vera = await device(desk), await post_of(desk, "guard")
    number = "0001" if state else "778899"
    if state:
        (one,) = (await (await desk.anna.get(f"/api/v1/children/{desk.petya}/cards")).get_json())["items"]
        assert (await desk.anna.send("POST", f"/api/v1/children/{desk.petya}/cards/{one['id']}/{state}")).status_code == 200
        desk.hub.clock.go(minutes=1)
    await passes(desk, gate, number=number)
    (row,) = (await seen(vera))["items"]
    assert (row["verdict"], row["child"], row["number"]) == (verdict, desk.petya if state else None, "…01" if state else "…899")
    page = await text(vera, "/office/guard")
    assert told in page and ("Лицо то же" in page) == bool(state) and number not in page


async def test_a_refused_pass_is_shown_late_ones_and_echoes_are_not(desk: Desk) -> None:
    gate, vera = await device(desk), await post_of(desk, "guard")
    start = desk.hub.clock()
    desk.hub.clock.go(minutes=30)
    now = desk.hub.clock()
    events = [gate.passed(start + timedelta(minutes=1)), *(gate.passed(now + timedelta(seconds=n)) for n in (0, 2, 4))]
    await verdicts(await send(desk.hub, gate, batch(*events, gate.passed(now + timedelta(seconds=60), granted=False, passed=False))))
    assert [one["verdict"] for one in (await seen(vera))["items"]] == ["refused", "own"]


@pytest.mark.rule("E9")
async def test_a_mark_by_name_is_a_pass_in_the_guards_name_that_the_family_hears_of_and_can_dispute(desk: Desk) -> None:
    vera, ivan = await post_of(desk, "guard"), await desk.father()
    found = await (await vera.send("POST", f"{GUARD}/find", json={"q": "6а орл"})).get_json()
    assert [one["child"] for one in found["items"]] == [desk.petya]
    status, told = await mark(vera, desk.petya, form=found["form"])
    assert (status, told["repeated"], told["name"]) == (201, False, "Пётр Орлов")
    (item,) = await timeline(desk)
    assert (item["event_id"], item["direction"], item["provenance"]["auth"]) == (told["event_id"], "in", "office")
    assert (await seen(vera))["items"][0]["verdict"] == "by_name"
    for browser in (desk.anna, ivan):
        items = (await (await browser.get("/api/v1/me/notices")).get_json())["items"]
        (notice,) = [one for one in items if one["kind"] == "pass_by_name"]
        assert "Охрана — Юрий Страж" in notice["text"]
        assert "Отправить" in await text(browser, notice["href"])
    log = await (await desk.anna.get(f"/api/v1/children/{desk.petya}/access-log")).get_json()
    assert "pass.by_name" in {entry["action"] for entry in log["items"]}


@pytest.mark.rule("E9")
async def test_a_form_sent_ten_times_at_once_is_one_pass_and_one_notice(desk: Desk) -> None:
    vera = await post_of(desk, "guard")
    await vera.me()
    answers = await asyncio.gather(*(mark(vera, desk.petya) for _ in range(10)))
    assert sorted(status for status, _ in answers) == [200] * 9 + [201]
    assert len({told["event_id"] for _, told in answers}) == 1
    assert (await desk.notices(desk.anna)).count("pass_by_name") == 1
    assert await desk.hub.rows("SELECT COUNT(*) FROM ingest_quarantine") == [(0,)]
    assert (await mark(vera, desk.petya, "out"))[0] == 201


@pytest.mark.rule("B6")
@pytest.mark.security("7")
async def test_other_schools_classes_and_posts_mark_and_see_nobody(desk: Desk) -> None:
    gate, vera = await device(desk), await post_of(desk, "guard")
    await passes(desk, gate)
    teacher, foreign = await post_of(desk, "class_teacher", klass="7Б", number=502), await post_of(desk, "guard", number=503, school=OTHER)
    for browser in (teacher, foreign):
        assert (await seen(browser))["items"] == []
        assert (await mark(browser, desk.petya))[0] == 404
        assert (await (await browser.send("POST", f"{GUARD}/find", json={"q": "орл"})).get_json())["items"] == []
        assert (await browser.get(f"{GUARD}/photos/{desk.petya}")).status_code == 404
    till = await post_of(desk, "till", number=504)
    for browser in (till, desk.anna):
        assert (await browser.get(GUARD)).status_code == 403 and (await mark(browser, desk.petya))[0] == 403
    own = await post_of(desk, "tutor", klass="6А", number=505)
    assert [one["child"] for one in (await seen(own))["items"]] == [desk.petya]
    assert [(await mark(vera, child, way))[0] for child, way in (("nobody", "in"), (desk.petya, "up"))] == [404, 400]
    assert (await vera.get(f"{GUARD}?after=x")).status_code == 400
    assert (
        await vera.client.post(
            f"{GUARD}/marks", json={"child": desk.petya, "direction": "in", "form": "f"}, headers={"Host": "localhost:8000"}
        )
    ).status_code == 403


@pytest.mark.rule("B6")
@pytest.mark.parametrize(
    ("q", "count"), [("", 0), ("о", 0), ("ор", 1), ("пё", 1), ("ПЕ", 1), ("6а", 1), ("7а", 0), ("6А  ёл", 0), ("орлов пётр", 1), ("%", 0)]
)
async def test_a_guard_finds_by_two_letters_or_a_class_and_opens_no_list(desk: Desk, q: str, count: int) -> None:
    vera = await post_of(desk, "guard")
    found = await (await vera.send("POST", f"{GUARD}/find", json={"q": q})).get_json()
    assert len(found["items"]) == count


async def test_more_namesakes_than_fit_ask_for_a_narrower_name(desk: Desk) -> None:
    for number in range(13):
        await enter(desk.nina, last_name="Белов", first_name=f"Яр{'абвгдежзиклмн'[number]}", birth_date=f"2014-01-{number + 1:02}")
    vera = await post_of(desk, "guard")
    found = await (await vera.send("POST", f"{GUARD}/find", json={"q": "бел"})).get_json()
    assert (len(found["items"]), found["more"]) == (12, True)


async def test_the_pages_lead_from_the_door_to_the_mark_without_javascript(desk: Desk) -> None:
    gate, vera = await device(desk), await post_of(desk, "guard")
    empty = await text(vera, "/office/guard")
    assert "никто не проходил" in empty and '<noscript><meta http-equiv="refresh" content="5' in empty
    await passes(desk, gate)
    last = (await seen(vera))["last"]
    assert "Пётр Орлов" in await text(vera, "/office/guard/rows") and "Пётр" not in await text(vera, f"/office/guard/rows?after={last}")
    found = await (await post(vera, "/office/guard/find", q="Орл")).get_data(as_text=True)
    form = found.split('name="form" value="')[1].split('"')[0]
    done = await post(vera, "/office/guard/marks", form=form, child=desk.petya, direction="out")
    assert done.headers["Location"] == "/office/guard?done=out"
    assert "Отмечено: выход" in await text(vera, "/office/guard?done=out")
    assert (await post(vera, "/office/guard/marks", form=form, child=desk.petya, direction="")).status_code == 400

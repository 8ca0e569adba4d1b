"""A till asks before it serves: yes or no, enough or not, and nothing else of a child (RULES B6, E6, E8, E9)."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

from hub.ledger.model import Purpose
from hub.store.school import carriers
from hub.store.school.carriers import CarrierState
from hub.store.school.devices import DeviceKind, Sign
from tests.flows.debit_kit import KLASS, Canteen
from tests.flows.kit import Hub
from tests.flows.meal_kit import BORSCH, SODA, agree, cook, dishes_of, kitchen, say
from tests.flows.money_kit import family
from tests.flows.till_ask_kit import CARD, ask, card_of, till, told

LUNCH = {"sku": "lunch", "title": "Обед", "price_kop": 9_000}
SECRETS = ("льгот", "benefit", "balance", "debt", "долг", "allergen", "milk", "Орлов", "snils", "why")


@pytest.fixture
async def place(hub: Hub) -> Canteen:
    made = await kitchen(hub)
    await card_of(made)
    return made


def question(*items: dict[str, Any], **carrier: str) -> dict[str, Any]:
    return {"credential": CARD | carrier, "items": list(items)}


@pytest.mark.rule("E8")
@pytest.mark.rule("B6")
@pytest.mark.parametrize("sign", [Sign.STANDARD_WEBHOOKS, Sign.RFC9421])
async def test_a_signed_till_hears_a_first_name_a_class_and_yes(place: Canteen, sign: Sign) -> None:
    hub, one = place.hub, await till(place.hub, sign)
    said = await told(hub, one, body=question(LUNCH))
    assert said["child"] == {"id": place.family.child, "first_name": "Пётр", "class": KLASS}
    assert (said["carrier"], said["serve"], said["enough"], said["limit_left_kop"]) == ("active", True, True, 20_000)
    assert said["items"] == [{"sku": "lunch", "title": "Обед", "allowed": True}]
    assert not [word for word in SECRETS if word in json.dumps(said, ensure_ascii=False)]


@pytest.mark.rule("E8")
async def test_what_is_forbidden_is_told_without_the_reason(place: Canteen) -> None:
    hub, one = place.hub, await till(place.hub)
    seen = await cook(place, BORSCH, SODA)
    codes = {title: dish["item"] for title, dish in dishes_of(seen).items()}
    await agree(place)
    await say(place, allergens=["milk"], categories=["soda"])
    items = [{"sku": codes["Борщ"], "price_kop": 100}, {"title": " лимонад", "price_kop": 100}, {"sku": "lunch", "price_kop": 100}]
    said = await told(hub, one, body=question(*items))
    assert [row["allowed"] for row in said["items"]] == [False, False, None]
    assert (said["serve"], said["enough"]) == (False, True)
    assert not [word for word in SECRETS if word in json.dumps(said, ensure_ascii=False)]
    own = {"sku": "x", "title": "Торт", "price_kop": 100, "allergens": ["milk"]}
    assert (await told(hub, one, body=question(own)))["items"][0]["allowed"] is False


@pytest.mark.rule("E8")
@pytest.mark.rule("A14")
async def test_without_the_consent_the_till_hears_nothing_of_composition_and_diet(place: Canteen) -> None:
    hub, one = place.hub, await till(place.hub)
    await cook(place, BORSCH)
    asked = question({"title": "Борщ", "price_kop": 100})
    await say(place, 409, allergens=["milk"])
    await say(place, 409, only=["lunch"])
    await agree(place)
    await say(place, allergens=["milk"], only=["lunch"])
    assert (await told(hub, one, body=asked))["items"][0]["allowed"] is False
    items = (await (await place.family.browser.get("/api/v1/consents")).get_json())["items"]
    mine = next(row for row in items if row["purpose"] == "diet")["mine"]
    assert (await place.family.browser.send("POST", f"/api/v1/consents/{mine['id']}/withdraw")).status_code == 200
    assert (await told(hub, one, body=asked))["items"][0]["allowed"] is True


@pytest.mark.rule("D8")
async def test_enough_follows_the_limits_and_the_money_and_says_no_balance(place: Canteen) -> None:
    hub, one = place.hub, await till(place.hub)
    assert (await told(hub, one, body=question(LUNCH | {"count": 3})))["enough"] is False
    await say(place, week_limit_kop=10_000)
    assert (await told(hub, one, body=question(LUNCH)))["limit_left_kop"] == 10_000
    await place.lunch()
    said = await told(hub, one, body=question(LUNCH))
    assert (said["limit_left_kop"], said["enough"], said["serve"]) == (1_000, False, False)
    again = await place.lunch(form="f2", item="breakfast")
    assert (again["items"][0]["outcome"], again["items"][0]["rule"]) == ("limit", "meal.week_limit")
    assert await place.left(Purpose.MEAL) == 41_000


@pytest.mark.rule("E6")
@pytest.mark.security("7")
@pytest.mark.parametrize(
    ("sign", "kind", "status"),
    [
        (Sign.BASIC, DeviceKind.CANTEEN, 403),
        (Sign.SERIAL, DeviceKind.CANTEEN, 403),
        (Sign.RFC9421, DeviceKind.TURNSTILE, 403),
        (Sign.STANDARD_WEBHOOKS, DeviceKind.TURNSTILE, 403),
    ],
)
async def test_a_weak_device_and_one_that_is_no_till_learn_nothing(place: Canteen, sign: Sign, kind: DeviceKind, status: int) -> None:
    hub, one = place.hub, await till(place.hub, sign, kind)
    for path, body in (("check", question(LUNCH)), ("pupils", {"class": KLASS}), ("offline", None)):
        answer = await ask(hub, one, path, body)
        assert answer.status_code == status and "Пётр" not in await answer.get_data(as_text=True)


@pytest.mark.rule("E6")
@pytest.mark.security("7")
async def test_a_replay_a_changed_body_and_no_signature_are_refused(place: Canteen) -> None:
    hub, one = place.hub, await till(place.hub, Sign.RFC9421)
    body = question(LUNCH)
    assert (await ask(hub, one, body=body, nonce="n1")).status_code == 200
    for how, reason in (({"nonce": "n1"}, "replay"), ({"changed": b"{}"}, "digest"), ({"sign": "none"}, "unsigned")):
        answer = await ask(hub, one, body=body, **how)
        assert (answer.status_code, (await answer.get_json())["reason"]) == (401, reason)


@pytest.mark.rule("E9")
async def test_a_closed_or_unknown_card_sends_the_till_to_the_list_and_names_nobody(place: Canteen) -> None:
    hub, one = place.hub, await till(place.hub)
    second = await card_of(place, "0002")

    def lost() -> bool:
        return carriers.turn(hub.deps.keys, second, before=(CarrierState.ACTIVE,), after=CarrierState.LOST, by="t", now=hub.clock())

    assert await hub.deps.db.write(lost)
    for number, word in (("0002", "closed"), ("7777", "unknown")):
        said = await told(hub, one, body=question(LUNCH, number=number))
        assert (said["carrier"], said["child"], said["serve"]) == (word, None, False) and "имя и класс" in said["text"]
    assert (await told(hub, one, "pupils", {}))["pupils"] == []
    (row,) = (await told(hub, one, "pupils", {"class": KLASS}))["pupils"]
    assert row == {"id": place.family.child, "first_name": "Пётр", "initial": "О", "class": KLASS}
    said = await told(hub, one, body=question(LUNCH, kind="manual", number=row["id"]))
    assert (said["serve"], said["child"]["first_name"]) == (True, "Пётр")
    assert (await told(hub, one, body=question(LUNCH, kind="manual", number="none")))["child"] is None
    assert (await told(hub, one, "pupils", {"class": "7Б"}))["pupils"] == []


@pytest.mark.rule("A13")
async def test_every_family_sees_that_a_till_asked_and_where(place: Canteen) -> None:
    hub, one = place.hub, await till(place.hub)
    for _ in range(3):
        await told(hub, one, body=question(LUNCH))
    await told(hub, one, "pupils", {"class": KLASS})
    await told(hub, one, "offline")
    log = (await (await place.family.browser.get(f"/api/v1/children/{place.family.child}/access-log")).get_json())["items"]
    mine = {row["action"]: row for row in log if row["action"].startswith("till.")}
    assert set(mine) == {"till.check", "till.list", "till.offline"} and mine["till.check"]["count"] == 3
    assert mine["till.check"]["who"] == "Касса столовой, Буфет" and "столовой" in mine["till.check"]["what"]


@pytest.mark.rule("E8")
async def test_the_offline_package_has_marks_limits_and_no_names(place: Canteen) -> None:
    hub, one = place.hub, await till(place.hub, Sign.RFC9421)
    seen = await cook(place, BORSCH, SODA)
    soda = dishes_of(seen)["Лимонад"]["item"]
    await say(place, dishes=[soda], offline_limit_kop=15_000)
    said = await told(hub, one, "offline")
    mark = hmac.new(said["salt"].encode(), b"card\n0001", hashlib.sha256).hexdigest()
    (row,) = said["carriers"]
    assert row == {"token": mark, "child": place.family.child, "limit_kop": 15_000, "forbidden": [soda], "ask": [], "others": "allowed"}
    assert said["until"] == "2026-11-18T23:59:59+07:00" and {"lunch", "breakfast", soda} <= set(said["dishes"])
    assert "Пётр" not in json.dumps(said, ensure_ascii=False) and (await told(hub, one, "offline"))["salt"] != said["salt"]
    await say(place, categories=["soda"])
    assert (await told(hub, one, "offline"))["carriers"][0]["others"] == "ask"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"credential": {"kind": "face", "number": "1"}}, 400),
        ({"credential": CARD, "items": [{"price_kop": -1}]}, 400),
        ({"credential": {"kind": "card", "number": "4111 1111 1111 1111"}}, 400),
        ({"credential": CARD, "items": [{"price_kop": 1}] * 51}, 400),
    ],
)
async def test_a_question_that_cannot_be_read_is_refused(place: Canteen, body: dict[str, Any], status: int) -> None:
    one = await till(place.hub)
    assert (await ask(place.hub, one, body=body)).status_code == status


@pytest.mark.parametrize("name", ["check", "check.answer", "pupils", "pupils.answer", "offline.answer"])
async def test_the_schemas_are_published(hub: Hub, name: str) -> None:
    answer = await hub.app.test_client().get(f"/ingest/v1/till/schemas/{name}", headers={"Host": "localhost:8000"})
    assert answer.status_code == 200 and (await answer.get_json())["title"] == f"till.{name}"
    assert (await hub.app.test_client().get("/ingest/v1/till/schemas/none", headers={"Host": "localhost:8000"})).status_code == 404


async def test_a_card_of_this_school_is_known_though_no_roster_has_the_child(hub: Hub) -> None:
    """A school with contracts and cards and without a roster here: what the till sells by the card is debited, so it may ask."""
    home = await family(hub)
    place = Canteen(hub, home, {})
    await card_of(place)
    one = await till(hub)
    said = await told(hub, one, body=question(LUNCH))
    assert (said["carrier"], said["child"]) == ("active", {"id": home.child, "first_name": "Пётр", "class": "6А"})
    assert len((await told(hub, one, "offline"))["carriers"]) == 1
    by_name = question(LUNCH, kind="manual", number=home.child)
    assert (await told(hub, one, body=by_name))["child"] is None


async def test_a_number_with_the_character_0_is_no_question(place: Canteen) -> None:
    one = await till(place.hub)
    for path, body in (("check", question(LUNCH, kind="manual", number="a\0b")), ("pupils", {"class": "7\0"})):
        await told(place.hub, one, path, body, status=400)

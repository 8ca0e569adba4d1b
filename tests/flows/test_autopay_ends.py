"""What ends an automatic top-up or lets it wait, and its pages: empty, waiting, active, paused, over (RULES A5, A14, D11; PAGES)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from connectors.kit.payment import PaymentState
from hub.ledger.model import Purpose
from hub.ledger.rules import Policy
from hub.ledger.store import terms
from hub.ledger.store.terms import TermsCard
from hub.store.wishes import autopay
from identity.model import PersonId
from identity.store import edges
from tests.flows.autopay_kit import DAY_S, Automatic, automatic
from tests.flows.kit import Hub
from tests.flows.money_kit import SCHOOL
from tests.flows.pupil_kit import enter, make

HEADERS = {"Host": "localhost:8000", "Origin": "http://localhost:8000"}
FIELDS = "kind=threshold&amount=500&cap=2000&threshold=100&day="


async def page(town: Automatic, query: str = "", status: int = 200) -> str:
    answer = await town.family.browser.get(f"/money/{town.family.id()}/autopay{query}", Accept="text/html")
    assert answer.status_code == status, await answer.get_data(as_text=True)
    return str(await answer.get_data(as_text=True)).replace("\u00a0", " ")


async def post(town: Automatic, path: str, form: dict[str, str]) -> Any:
    return await town.family.browser.client.post(path, form=form, headers=HEADERS)


def hidden(shown: str) -> dict[str, str]:
    """The fields of the form with the agreement."""
    form = shown[shown.index("<form", shown.index("Шаг 2") if "Шаг 2" in shown else shown.index("Отключить")) :]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))


@pytest.mark.rule("A14")
async def test_on_the_page_nothing_is_ticked_and_without_a_tick_nothing_is_turned_on(hub: Hub) -> None:
    town = await automatic(hub)
    empty = await page(town)
    assert "Шаг 1 из 2" in empty and "само ничего не включится" in empty
    shown = await page(town, f"?{FIELDS}")
    assert "525,00 ₽ (из них комиссия 25,00 ₽)" in shown and "checkbox" in shown and " checked" not in shown
    path = f"/money/{town.family.id()}/autopay"
    form = hidden(shown)
    form.pop("agree")
    refused = await post(town, path, form)
    assert refused.status_code == 400 and town.bank.told == []
    places = {(await post(town, path, {**form, "agree": "yes"})).headers["Location"] for _ in range(2)}
    assert len(places) == 1 and len(town.bank.told) == 1
    assert "Перейти к первой оплате" in await page(town)


async def test_a_sum_that_does_not_fit_is_told_on_the_first_step(hub: Hub) -> None:
    town = await automatic(hub)
    for query in (
        "?kind=threshold&amount=abc&cap=1&threshold=1&day=",
        "?kind=monthly&amount=500&cap=2000&day=40",
        "?" + FIELDS[:-25] + "cap=1",
    ):
        shown = await page(town, query, status=422 if "40" not in query else 400)
        assert 'role="alert"' in shown and "Шаг 1 из 2" in shown


async def test_the_pages_say_how_it_stands_and_off_is_one_button(hub: Hub) -> None:
    town = await automatic(hub)
    rule = await town.active()
    await town.spend_all_but(0)
    town.bank.says = PaymentState.DECLINED
    for _ in range(3):
        await town.turns(DAY_S)
    shown = await page(town)
    assert "Приостановлено" in shown and "три раза подряд" in shown and "MIR ··0004" in shown and "не прошло" in shown
    await town.family.browser.sign_in()
    csrf = (await town.family.browser.me())["csrf_token"]
    form = hidden(await page(town)) | {"agree": "yes", "csrf_token": csrf}
    done = await post(town, f"/money/autopay/{rule['id']}/resume", form)
    assert done.status_code == 303 and "Автопополнение снова включено" in await page(town, "?done=on")
    assert '<h2 id="now">Включено</h2>' in await page(town)
    off = await post(town, f"/money/autopay/{rule['id']}/off", {"csrf_token": csrf})
    assert off.status_code == 303
    shown = await page(town, "?done=off")
    assert "Банк забудет карту" in shown and "Шаг 1 из 2" in shown and "Вы отключили" in shown


async def test_a_post_without_the_pages_word_is_refused(hub: Hub) -> None:
    town = await automatic(hub)
    rule = await town.active()
    for path in (f"/money/{town.family.id()}/autopay", f"/money/autopay/{rule['id']}/off", f"/money/autopay/{rule['id']}/resume"):
        assert (await post(town, path, {"agree": "yes"})).status_code == 403
    assert (await town.rule(rule["id"]))["state"] == "active"


@pytest.mark.rule("D11")
async def test_where_nobody_holds_the_money_any_more_it_stands_still(hub: Hub) -> None:
    town = await automatic(hub)
    rule = await town.active()
    await town.spend_all_but(0)
    nobody = TermsCard(policy=Policy.FEED)
    await hub.deps.db.write(lambda: terms.put_terms(SCHOOL, Purpose.MEAL, hub.clock().date(), nobody))
    await town.turns(DAY_S)
    assert (town.bank.charged, (await town.rule(rule["id"]))["why"]) == ([], "closed")


async def test_who_has_no_right_to_pay_any_more_is_charged_no_more(hub: Hub) -> None:
    town = await automatic(hub)
    rule = await town.active()
    await town.spend_all_but(0)
    ((me,),) = await hub.rows("SELECT person FROM autopay_rule")
    await hub.deps.db.write(lambda: edges.end([one.id for one in edges.of_guardian(PersonId(me))], now=hub.clock()))
    await town.turns(DAY_S)
    assert town.bank.charged == []
    assert await hub.rows("SELECT state, why FROM autopay_rule") == [("ended", "no_right")]
    await town.turns(600)
    assert town.bank.forgotten == [(rule["top_up"], "B-secret-1")]


async def test_a_provider_that_is_off_today_is_waited_for(hub: Hub) -> None:
    town = await automatic(hub)
    rule = await town.active()
    await town.spend_all_but(0)
    bank = hub.deps.payments.pop("bank")  # type: ignore[attr-defined]  # a test's own dictionary
    await town.turns(DAY_S)
    hub.deps.payments["bank"] = bank  # type: ignore[index]  # a test's own dictionary
    assert ((await town.rule(rule["id"]))["state"], town.bank.charged) == ("active", [])
    await town.turns(DAY_S)
    assert len(town.bank.charged) == 1


async def test_who_leaves_is_charged_no_more_and_the_card_is_forgotten(hub: Hub) -> None:
    town = await automatic(hub)
    rule = await town.active()
    await town.family.browser.sign_in()
    answer = await town.family.browser.send("POST", "/api/v1/me/leave", json={"confirm": "УДАЛИТЬ"})
    assert answer.status_code in (200, 204), await answer.get_data(as_text=True)
    assert await hub.rows("SELECT state, why FROM autopay_rule") == [("ended", "left")]
    assert await hub.rows("SELECT COUNT(*) FROM autopay_consent WHERE withdrawn_at IS NULL") == [(0,)]
    await town.turns(DAY_S)
    assert (town.bank.charged, town.bank.forgotten) == ([], [(rule["top_up"], "B-secret-1")])


async def test_a_joined_record_takes_its_rules_along_and_gives_them_back(hub: Hub) -> None:
    town = await automatic(hub)
    rule = await town.active()
    ((me,),) = await hub.rows("SELECT person FROM autopay_rule")
    await hub.deps.db.write(lambda: autopay.rebind(former=me, to="other"))
    await town.rule(rule["id"], status=404)
    await hub.deps.db.write(lambda: autopay.part(kept="other", former=me))
    assert (await town.rule(rule["id"]))["state"] == "active"


async def test_a_pupil_turns_nothing_on(hub: Hub) -> None:
    town = await automatic(hub)
    made = await make(town.family.browser, town.family.child)
    pupil = replace(town, family=replace(town.family, browser=await enter(hub, made)))
    await pupil.turn_on(status=403)
    assert await hub.rows("SELECT id FROM autopay_rule") == []


@pytest.mark.rule("D6")
async def test_the_words_and_prices_of_every_bank_come_before_any_word_of_consent(hub: Hub) -> None:
    town = await automatic(hub)
    query = "kind=monthly&day=31&amount_kop=50000&cap_kop=60000"
    found = await (await town.family.browser.get(f"/api/v1/accounts/{town.family.id()}/autopay?{query}")).get_json()
    card, *_ = found["keepers"]
    assert (card["total_kop"], card["fee_kop"], found["rule"], found["version"]) == (52_500, 2_500, None, "autopay-2026-11")
    assert "каждый месяц 31-го числа; если такого числа в месяце нет, в последний день" in card["agreement"]
    assert "не больше 600,00" in card["agreement"].replace("\u00a0", " ")


@pytest.mark.rule("D4")
async def test_a_charge_that_the_bank_is_silent_about_for_a_week_stops_the_rule_and_may_still_arrive(hub: Hub) -> None:
    town = await automatic(hub)
    rule = await town.active()
    await town.spend_all_but(0)
    town.bank.says = PaymentState.PENDING
    await town.turns(DAY_S)
    await town.turns(7 * DAY_S + 60)
    await town.turns(DAY_S)
    await town.family.browser.sign_in()
    found = await town.rule(rule["id"])
    assert (len(town.bank.charged), found["state"], found["why"], found["tries"][0]["outcome"]) == (1, "paused", "silent", "lost")
    town.bank.put("C1", PaymentState.PAID)
    await town.notice(id="C1")
    assert await town.balance() == 50_000

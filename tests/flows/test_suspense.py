"""Money of an unknown account finds the right one: proposed by one operator, signed by another, the family told (RULES B5, D10)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from hub.ledger import accounts
from hub.ledger.model import Purpose
from hub.ledger.posting import to_suspense
from hub.ledger.store import checking, reading
from hub.ledger.store.registers import kept
from hub.ledger.store.writing import post
from hub.store.wishes import top_ups
from tests.flows.console_kit import come, link_of, open_console
from tests.flows.desk_kit import snils
from tests.flows.kit import Browser, Hub, parent
from tests.flows.money_kit import Family, family
from tests.flows.pay_kit import paying
from tests.flows.test_terminals import at_the_door, configs
from tests.unit.ledger.kit import act
from tests.unit.ledger.register_kit import register, row

pytestmark = pytest.mark.rule("D10")
NUMBER = "0270390000"
WHERE = {"contract": NUMBER, "purpose": "meal", "note": "плательщик прислал чек"}


@dataclass
class Two:
    """`pal` and `ada` are operators; `mine` the family whose money it is."""

    hub: Hub
    mine: Family
    pal: Browser
    ada: Browser

    async def waiting(self) -> list[dict[str, Any]]:
        answer = await self.pal.get("/api/v1/console/money/suspense")
        assert answer.status_code == 200
        found: list[dict[str, Any]] = (await answer.get_json())["items"]
        return found

    async def send(self, who: Browser, path: str, **body: Any) -> tuple[int, Any]:
        answer = await who.send("POST", f"/api/v1/console/money/{path}", json=body)
        return answer.status_code, await answer.get_json() if answer.content_length else None

    async def balance(self) -> int:
        return await self.hub.deps.db.read(lambda: reading.balance(self.mine.own[Purpose.MEAL].id))


@pytest.fixture
async def two(hub: Hub) -> Two:
    mine = await family(at_the_door(hub, configs()))
    console = await open_console(hub)
    hub.esia.claims["ada"] = parent("7001", last_name="Вторая", first_name="Ада", snils=snils(155000055), children=())
    _, code = await link_of(hub, "Ада Вторая")
    ada = hub.browser()
    await ada.sign_in("ada")
    assert (await come(ada, code)).status_code == 303
    made = to_suspense(act("17"), provider="osmp", amount_kop=10_650)
    await hub.deps.db.write(lambda: post(made, now=hub.clock()))
    return Two(hub, mine, console.pal, ada)


@pytest.mark.rule("B5")
async def test_one_proposes_another_signs_and_the_family_is_told(two: Two) -> None:
    (item,) = await two.waiting()
    assert (item["txn_id"], item["amount_kop"], item["move"]) == ("17", 10_650, None)
    status, made = await two.send(two.pal, f"suspense/{item['txn']}/move", **WHERE)
    assert status == 201 and await two.balance() == 0, "a proposal moves nothing"
    (item,) = await two.waiting()
    assert (item["move"]["contract"], item["move"]["mine"]) == (NUMBER, True)
    assert (await two.send(two.pal, f"moves/{made['id']}/sign"))[0] in (403, 409), "not by whoever proposed it"
    assert (await two.send(two.ada, f"moves/{made['id']}/sign"))[0] == 204
    assert await two.balance() == 10_650 and await two.waiting() == []
    assert await two.hub.deps.db.read(lambda: reading.total(accounts.suspense("osmp"))) == 0
    assert await two.hub.deps.db.read(checking.faults) == []
    (shown,) = (await two.mine.statement())["items"]
    assert (shown["kind"], shown["text"], shown["why"], shown["actor"]) == (
        "top_up", "Пополнение (терминал)", "был в невыясненных, нашли его счёт", "Оператор сервиса",
    )  # fmt: skip
    notices = (await (await two.mine.browser.get("/api/v1/me/notices")).get_json())["items"]
    assert any(one["kind"] == "money_found" and "106,50" in one["text"] for one in notices)
    linked = await two.hub.rows("SELECT linked FROM ledger_txn WHERE scope = 'suspense'")
    assert linked == [(item["txn"],)]


async def test_signed_twice_and_at_once_it_is_moved_once(two: Two) -> None:
    (item,) = await two.waiting()
    _, made = await two.send(two.pal, f"suspense/{item['txn']}/move", **WHERE)
    said = await asyncio.gather(*(two.send(two.ada, f"moves/{made['id']}/sign") for _ in range(5)))
    assert sorted(status for status, _ in said) == [204, 409, 409, 409, 409]
    assert await two.balance() == 10_650


async def test_of_two_proposals_at_once_one_stands_and_a_refused_one_leaves_room(two: Two) -> None:
    (item,) = await two.waiting()
    path = f"suspense/{item['txn']}/move"
    said = await asyncio.gather(*(two.send(who, path, **WHERE) for who in (two.pal, two.ada, two.pal)))
    assert sorted(status for status, _ in said) == [201, 409, 409]
    made = next(body for status, body in said if status == 201)
    assert (await two.send(two.pal, f"moves/{made['id']}/refuse", why=""))[0] == 400
    assert (await two.send(two.pal, f"moves/{made['id']}/refuse", why="другой договор"))[0] == 204
    assert (await two.send(two.ada, f"moves/{made['id']}/sign"))[0] == 409
    assert (await two.send(two.ada, path, **WHERE))[0] == 201
    assert await two.balance() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"contract": "0000000099"}, {"contract": ""}, {"purpose": "meal_benefit"}, {"purpose": "sys"}, {"note": "  "}, {"note": "x" * 501},
    ],
)  # fmt: skip
async def test_a_target_that_takes_no_money_and_a_move_without_a_reason_are_refused(two: Two, wrong: dict[str, str]) -> None:
    (item,) = await two.waiting()
    assert (await two.send(two.pal, f"suspense/{item['txn']}/move", **(WHERE | wrong)))[0] == 400
    assert (await two.waiting())[0]["move"] is None


async def test_what_is_not_there_cannot_be_moved(two: Two) -> None:
    assert (await two.send(two.pal, "suspense/none/move", **WHERE))[0] == 404
    assert (await two.send(two.ada, "moves/none/sign"))[0] == 404


@pytest.mark.rule("B5")
async def test_an_operator_moves_nothing_to_the_own_family(two: Two) -> None:
    from hub.ledger.store.tables import Contract

    pal = (await two.pal.me())["person"]["id"]
    await two.hub.deps.db.write(lambda: Contract.update(payer=pal).execute())
    (item,) = await two.waiting()
    assert (await two.send(two.pal, f"suspense/{item['txn']}/move", **WHERE))[0] == 403
    _, made = await two.send(two.ada, f"suspense/{item['txn']}/move", **WHERE)
    assert (await two.send(two.pal, f"moves/{made['id']}/sign"))[0] == 403
    assert await two.balance() == 0


async def test_a_line_of_a_register_is_settled_with_its_money(two: Two) -> None:
    from hub.flows.reconcile import read_register, take

    data = register([row("99", 700, account="0000000088", when=two.hub.clock())])
    day = two.hub.clock().date()
    found = read_register(data, "osmp")
    await two.hub.deps.db.write(lambda: take(found, data, "osmp", day=day, actor="test", now=two.hub.clock()))
    item = next(one for one in await two.waiting() if one["txn_id"] == "99")
    assert item["said"] == "…0088"
    _, made = await two.send(two.pal, f"suspense/{item['txn']}/move", **WHERE)
    assert (await two.send(two.ada, f"moves/{made['id']}/sign"))[0] == 204
    open_ = await two.hub.deps.db.read(lambda: [one.key for one in kept.items()])
    assert "99" not in open_


async def test_the_page_does_the_same_by_forms(two: Two) -> None:
    (item,) = await two.waiting()
    given = {"Host": "localhost:8000", "Accept": "text/html", "Origin": "http://localhost:8000"}

    async def sent(who: Browser, path: str, **form: str) -> int:
        return int((await who.client.post(path, form={"csrf_token": who.csrf, **form}, headers=given)).status_code)

    path = f"/console/money/suspense/{item['txn']}/move"
    assert await sent(two.pal, path, **(WHERE | {"contract": "1"})) == 400
    assert await sent(two.pal, path, **WHERE) == 303
    page = await (await two.pal.get("/console/money/suspense", Accept="text/html")).get_data(as_text=True)
    assert "Ждёт подписи другого оператора" in page and NUMBER in page
    (item,) = await two.waiting()
    assert await sent(two.ada, f"/console/money/moves/{item['move']['id']}/sign") == 303
    page = await (await two.pal.get("/console/money/suspense", Accept="text/html")).get_data(as_text=True)
    assert "Невыясненных денег нет" in page
    assert await two.balance() == 10_650


@pytest.mark.security("7")
@pytest.mark.parametrize("path", ["/console/money/suspense", "/console/money/top-ups", "/api/v1/console/money/top-ups"])
async def test_nobody_but_an_operator_finds_it(hub: Hub, path: str) -> None:
    browser = hub.browser()
    await browser.sign_in()
    assert (await browser.get(path)).status_code == 404
    answer = await browser.send("POST", "/api/v1/console/money/suspense/x/move", json=WHERE)
    assert answer.status_code == 404


@pytest.mark.rule("D4")
async def test_a_top_up_of_another_sum_stands_in_the_list_and_is_paid_by_a_move(hub: Hub) -> None:
    played = await paying(hub)
    console = await open_console(hub)
    assert (await console.json("money/top-ups"))["items"] == []
    made = await played.top_up()
    from connectors.kit.payment import PaymentState

    played.bank.put("P1", PaymentState.PAID, paid_kop=5_000)
    await played.notice(id="P1")
    (one,) = (await console.json("money/top-ups"))["items"]
    assert (one["id"], one["problem"], one["contract"]) == (made["id"], "sum_differs", "…0000")
    assert "Пополнения с вопросом" in await console.page("/money/top-ups")
    hub.clock.go(hours=1)
    other = await played.top_up(2_000)
    hub.clock.go(hours=25)
    deps = hub.deps
    found = await deps.db.read(lambda: top_ups.problems(now=deps.now() + timedelta(seconds=1)))
    assert [card.id for card in found] == [made["id"], other["id"]], "a day without an answer is a question too"

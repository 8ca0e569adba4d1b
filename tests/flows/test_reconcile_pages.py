"""The operator's book of registers, and what a school sees of it (RULES D10, A13, B6)."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage

from hub.ledger.model import Purpose, TransactionId
from hub.ledger.registers import DAYS_OF
from hub.ledger.rules import Policy
from hub.ledger.store import contracts, known, reading, terms
from hub.ledger.store.contracts import NewContract
from hub.ledger.store.terms import TermsCard
from tests.flows.console_kit import Console, open_console
from tests.flows.desk_kit import open_desk
from tests.flows.kit import Browser, Hub
from tests.flows.office_kit import OGRN
from tests.unit.ledger.register_kit import register, row

pytestmark = pytest.mark.rule("D10")
NUMBER = "0270390000"
HELD = TermsCard(holder_name="ООО «Агент»", holder_inn="7700000016", legal_basis="договор", policy=Policy.FEED)


@pytest.fixture
async def inside(hub: Hub) -> Console:
    await hub.deps.db.write(lambda: _open(hub))
    return await open_console(hub)


def _open(hub: Hub, child: str | None = None) -> None:
    terms.put_terms(OGRN, Purpose.MEAL, (hub.clock() - timedelta(days=100)).date(), HELD)
    contracts.open_contract(hub.deps.keys, NewContract(number=NUMBER, school=OGRN, purposes=(Purpose.MEAL,), child=child), now=hub.clock())


def file_of(hub: Hub, *, totals: str | None = None) -> tuple[bytes, str]:
    when = hub.clock().astimezone(DAYS_OF)
    return register([row("17", 10_650, account=NUMBER, when=when)], totals=totals), when.date().isoformat()


async def send(hub: Hub, browser: Browser, data: bytes, day: str, **headers: str) -> tuple[int, str]:
    answer = await browser.client.post(
        "/console/money/register",
        form={"csrf_token": browser.csrf, "provider": "osmp", "day": day},
        files={"file": FileStorage(BytesIO(data), filename="r.txt")},
        headers={"Host": "localhost:8000", "Accept": "text/html", "Origin": "http://localhost:8000", **headers},
    )
    return answer.status_code, await answer.get_data(as_text=True)


async def settle(browser: Browser, item: str, note: str) -> int:
    given = {"Host": "localhost:8000", "Accept": "text/html", "Origin": "http://localhost:8000"}
    form = {"csrf_token": browser.csrf, "note": note}
    return int((await browser.client.post(f"/console/money/items/{item}/settle", form=form, headers=given)).status_code)


async def test_the_operator_takes_a_register_and_settles_what_differs(inside: Console) -> None:
    data, day = file_of(inside.hub)
    status, text = await send(inside.hub, inside.pal, data, day)
    assert status == 200 and "зачислено: 1, расхождений: 1" in text
    assert "есть в реестре, не было у нас" in text.lower() and "зачислено на счёт" in text
    assert "…0000" in text and NUMBER not in text, "whose contract it is, an operator asks with a reason"
    ((item,),) = await inside.hub.rows("SELECT id FROM register_item")
    assert await settle(inside.pal, item, "  ") == 400
    assert await settle(inside.pal, item, "терминал был без связи") == 303
    assert await settle(inside.pal, item, "терминал был без связи") == 409
    assert await settle(inside.pal, "no-such", "терминал был без связи") == 404
    shown = await inside.page("/money")
    assert "Открытых расхождений нет" in shown and "закрыт" in shown and "106,50" in shown


async def test_a_bad_register_is_told_and_changes_nothing(inside: Console) -> None:
    data, day = file_of(inside.hub, totals="=;1;1.00;0.00")
    status, text = await send(inside.hub, inside.pal, data, day)
    assert status == 400 and "Реестр не принят целиком" in text
    assert (await send(inside.hub, inside.pal, b"", day))[0] == 400
    assert (await send(inside.hub, inside.pal, data, "вчера"))[0] == 400
    assert await inside.hub.rows("SELECT COUNT(*) FROM ledger_txn") == [(0,)]


async def test_nobody_but_an_operator_finds_the_book(hub: Hub) -> None:
    data, day = file_of(hub)
    browser = hub.browser()
    await browser.sign_in()
    assert (await browser.get("/console/money", Accept="text/html")).status_code == 404
    assert (await send(hub, browser, data, day))[0] == 404
    assert await settle(browser, "x", "что-нибудь") == 404


async def test_a_register_from_another_site_is_not_taken(inside: Console) -> None:
    data, day = file_of(inside.hub)
    assert (await send(inside.hub, inside.pal, data, day, Origin="https://evil.example"))[0] == 403
    assert await inside.hub.rows("SELECT COUNT(*) FROM register_file") == [(0,)]


@pytest.mark.rule("A13")
async def test_a_school_sees_its_own_contracts_and_the_family_sees_the_look(hub: Hub) -> None:
    desk = await open_desk(hub)
    await hub.deps.db.write(lambda: _open(hub, desk.petya))
    assert "Расхождений нет" in await _page(desk.nina)
    console = await open_console(hub)
    await send(hub, console.pal, *file_of(hub))
    assert NUMBER in await _page(desk.nina)
    assert NUMBER not in await _page(desk.oleg), "another school's contract"
    assert (await desk.anna.get("/office/money", Accept="text/html")).status_code in (403, 404)
    log = await (await desk.anna.get(f"/api/v1/children/{desk.petya}/access-log")).get_json()
    assert any("сверк" in str(one).lower() for one in log["items"]), log
    card = await hub.deps.db.read(lambda: contracts.numbered(NUMBER))
    assert card is not None
    assert await hub.deps.db.read(lambda: reading.balance(card.accounts[0].id)) == 10_650


async def _page(browser: Browser) -> Any:
    answer = await browser.get("/office/money", Accept="text/html")
    assert answer.status_code == 200
    return await answer.get_data(as_text=True)


@pytest.mark.rule("D3")
async def test_an_id_that_came_again_with_another_sum_is_shown_to_the_operator(inside: Console) -> None:
    hub = inside.hub
    when = hub.clock()
    txn = TransactionId("01a2029e0ad5565fde1a0d2f3018415f")
    for told in ("one", "one", "two"):
        await hub.deps.db.write(lambda told=told: known.alarm("osmp", "4711", txn, told=told, now=when))  # type: ignore[misc]  # a default
    text = await inside.page("/money")
    assert "4711" in text and "отказов: 2" in text and "отказов: 1" in text

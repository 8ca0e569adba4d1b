"""After a change of the master key the log finds its owners, repeats stay duplicates, unknown cards still find theirs (RULES E2, E5)."""

from __future__ import annotations

import asyncio

import pytest

from hub import wiring
from hub.cli.keeping import keys as keys_command
from hub.deps import Memory
from hub.flows.charge_tills import charge_tills
from hub.store.school import carriers
from hub.store.school.carriers import CarrierKind
from identity.sealing import Keys, new_master_key
from tests.flows.kit import Hub
from tests.flows.money_kit import SCHOOL
from tests.flows.till_kit import receipt, sell, till, tilled
from tests.ingest_kit import batch


async def use(hub: Hub, master: str, *old: str) -> Keys:
    """As a process that starts with these."""
    keys = await asyncio.to_thread(wiring.steadied, Keys.from_master(master, old), hub.deps.db)
    hub.change(keys=keys, memory=Memory())
    return keys


async def past(hub: Hub, browser: object, child: str) -> set[str]:
    answer = await browser.get(f"/api/v1/children/{child}/timeline")  # type: ignore[attr-defined]  # the kit's browser
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    return {one["event_id"] for one in (await answer.get_json())["items"]}


@pytest.mark.rule("E2")
@pytest.mark.rule("E5")
async def test_a_change_of_the_master_key_loses_no_carrier(hub: Hub) -> None:
    first, second = new_master_key(), new_master_key()
    await use(hub, first)
    canteen = await tilled(hub)
    gate, child = await till(hub), canteen.family.child
    hub.clock.go(minutes=1)
    known, stranger = gate.passed(hub.clock(), id_="known"), gate.passed(hub.clock(), number="0099", id_="stranger")
    assert await sell(hub, gate, known, stranger) == ["stored", "stored"]
    before = await canteen.left()

    rotating = await use(hub, second, first)
    path, headers = gate.message(batch(receipt(gate, hub, id_="meal")), hub.clock())
    assert (await hub.app.test_client().post(path, data=batch(receipt(gate, hub, id_="meal")), headers=headers)).status_code == 200
    for column in wiring.sealed():
        await asyncio.to_thread(keys_command.rotate, hub.deps.db, rotating, column)
    keys = await use(hub, second)

    assert await sell(hub, gate, known, stranger) == ["duplicate", "duplicate"]
    while await charge_tills(hub.deps):
        pass
    browser = canteen.family.browser
    await browser.sign_in()
    assert await canteen.left() == before - 11_000
    assert "known" in await past(hub, browser, child) and "stranger" not in await past(hub, browser, child)
    since = hub.clock().replace(day=1)
    await hub.deps.db.write(
        lambda: carriers.add(keys, child=child, school=SCHOOL, kind=CarrierKind.CARD, number="0099", since=since, by="t", now=hub.clock())
    )
    assert "stranger" in await past(hub, browser, child)

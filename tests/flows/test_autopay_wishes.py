"""Who may turn automatic top-up on and for what: wishes that do not fit, stale sign-ins, other people's rules (RULES A14, A16)."""

from __future__ import annotations

from typing import Any

import pytest

from hub.flows.autopay.words import VERSION
from tests.flows.autopay_kit import automatic
from tests.flows.kit import Hub
from tests.flows.money_kit import stranger

UNFIT: tuple[tuple[dict[str, Any], int], ...] = (
    ({"accepted_total_kop": 50_000}, 409),
    ({"consent": "autopay-2025-01"}, 409),
    ({"consent": ""}, 409),
    ({"kind": "weekly"}, 400),
    ({"day": 3}, 400),
    ({"threshold_kop": None}, 400),
    ({"threshold_kop": 0}, 422),
    ({"threshold_kop": -5}, 422),
    ({"threshold_kop": 10**12}, 422),
    ({"kind": "monthly", "threshold_kop": None, "day": 32}, 400),
    ({"kind": "monthly", "threshold_kop": None, "day": 0}, 400),
    ({"cap_kop": 52_499}, 422),
    ({"cap_kop": 10**9}, 422),
    ({"amount_kop": 999}, 422),
    ({"amount_kop": -50_000}, 422),
    ({"amount_kop": 1.5, "accepted_total_kop": 1}, 400),
    ({"provider": "nobody"}, 400),
    ({"method": "cash"}, 400),
)


async def test_a_wish_that_does_not_fit_is_refused_and_nothing_is_asked(hub: Hub) -> None:
    town = await automatic(hub)
    for more, status in UNFIT:
        await town.turn_on(status=status, **more)
    assert (town.bank.told, await hub.rows("SELECT id FROM autopay_rule")) == ([], [])


@pytest.mark.rule("A16")
async def test_turning_on_needs_a_fresh_sign_in_and_turning_off_does_not(hub: Hub) -> None:
    town = await automatic(hub)
    rule = await town.active()
    hub.clock.go(seconds=3600)
    answer = await town.family.browser.send("DELETE", f"/api/v1/autopay/{rule['id']}")
    assert answer.status_code == 200
    refused = await town.turn_on(status=403)
    assert refused["type"].endswith("/not_fresh")


async def test_another_persons_rule_and_account_do_not_exist(hub: Hub) -> None:
    town = await automatic(hub)
    rule = await town.active()
    boris = await stranger(hub)
    for method, path in (
        ("GET", f"/api/v1/autopay/{rule['id']}"),
        ("DELETE", f"/api/v1/autopay/{rule['id']}"),
        ("GET", f"/api/v1/accounts/{town.family.id()}/autopay"),
        ("GET", f"/money/{town.family.id()}/autopay"),
    ):
        answer = await (boris.get(path) if method == "GET" else boris.send(method, path))
        assert answer.status_code == 404, path
    body = {"consent": VERSION, "accepted_total_kop": 52_500}
    assert (await boris.send("POST", f"/api/v1/autopay/{rule['id']}/resume", json=body)).status_code == 404
    assert (await (await boris.get("/api/v1/autopay")).get_json()) == {"items": []}
    assert (await town.rule(rule["id"]))["state"] == "active"

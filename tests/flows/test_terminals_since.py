"""A dialect that takes money from a day on: before it a check comes later, and what was paid all the same is not lost (F113; RULES D4)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from connectors.kit.terminals import first_day
from connectors.payments.terminal.manifest import MANIFEST
from tests.flows.kit import Hub
from tests.flows.money_kit import family
from tests.flows.test_terminals import at_the_door, configs, pay


@pytest.mark.feature("F113")
async def test_before_the_first_day_a_check_is_told_to_come_later_and_money_that_came_is_credited(hub: Hub) -> None:
    mine = await family(at_the_door(hub, configs(osmp={"SINCE": "2026-11-20"})))
    assert (await pay(mine.hub, command="check"))["result"] == "1"
    assert (await pay(mine.hub))["result"] == "0"
    mine.hub.clock.at = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)  # the 20th begins in Kamchatka
    assert (await pay(mine.hub, command="check", txn_id="18"))["result"] == "0"


@pytest.mark.feature("F113")
@pytest.mark.parametrize(("text", "fits"), [("2026-11-10", True), ("2026-11-31", False), ("10.11.2026", False), ("2026-13-01", False)])
def test_the_first_day_is_a_day(text: str, fits: bool) -> None:
    (setting,) = [one for one in MANIFEST.settings if one.name == "SINCE"]
    assert bool(re.fullmatch(setting.pattern, text)) is fits
    assert not fits or first_day({"SINCE": text}) == date(2026, 11, 10)

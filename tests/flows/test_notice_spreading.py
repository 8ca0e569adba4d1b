"""What a story tells on the page goes on by the free ways, by the rule of its kind (RULES F2, F4; F139)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hub.flows.notices import spread_told, tell_of_money
from hub.flows.notices.kinds import Kind
from hub.ledger.model import Purpose
from hub.store import notices
from hub.store.outbox.told import SPREAD
from tests.flows.kit import Hub
from tests.flows.notice_kit import EMAIL, Reached, reached
from tests.unit.ledger.kit import meal, top_up


async def tell(here: Reached, kind: str, text: str = "На счёте «Питание» осталось 12,00 ₽.") -> None:
    hub = here.hub
    await hub.deps.db.write(lambda: notices.tell(hub.deps.keys, person=here.me, kind=kind, text=text, now=hub.clock()))
    while await spread_told(hub.deps):
        pass
    await here.rounds(2)


def test_every_story_has_a_rule() -> None:
    assert set(SPREAD.values()) <= set(Kind)


@pytest.mark.feature("F139")
async def test_a_letter_tells_the_balance_and_a_push_does_not(hub: Hub) -> None:
    here = await reached(hub, "email", "push")
    await tell(here, "low_balance")
    (push,) = here.channels["push"].sent
    assert push.text.reveal() == "Счёт: подробности в кабинете"
    await here.rounds(3, seconds=40)
    assert here.channels["email"].told == [(EMAIL, "На счёте «Питание» осталось 12,00 ₽.")]


@pytest.mark.feature("F141")
async def test_a_service_message_needs_no_switch_and_costs_nothing(hub: Hub) -> None:
    here = await reached(hub, "email", kop=1_000)
    await tell(here, "new_device", "Вход с нового устройства.")
    assert here.channels["email"].told[-1] == (EMAIL, "Вход с нового устройства.")
    assert (here.sms.sent, await here.money()) == ([], [("top_up", 1_000)])


async def test_what_is_for_the_page_only_stays_there(hub: Hub) -> None:
    here = await reached(hub, "email")
    await here.rounds(2)
    before = len(here.channels["email"].sent)
    await tell(here, "maybe_you", "Это вы?")
    assert len(here.channels["email"].sent) == before


@pytest.mark.rule("F3")
async def test_a_service_message_waits_for_the_morning(hub: Hub) -> None:
    here = await reached(hub, "email", at=datetime(2026, 11, 18, 21, 0, tzinfo=UTC))
    await tell(here, "new_device", "Вход с нового устройства.")
    assert here.channels["email"].sent == []
    hub.clock.at = datetime(2026, 11, 19, 4, 0, 1, tzinfo=UTC)
    await here.rounds(2)
    assert "Вход с нового устройства." in here.channels["email"].told[0][1]


@pytest.mark.feature("F139")
async def test_money_that_came_and_money_that_ends_is_told_once_by_mail(hub: Hub) -> None:
    here = await reached(hub, "email")
    await tell_of_money(hub.deps)
    hub.clock.go(minutes=1)
    await here.family.put(top_up(here.family.own[Purpose.MEAL], 25_000, at=hub.clock()))
    await here.family.put(meal(here.family.own[Purpose.MEAL], 8_500, at=hub.clock()))
    for _ in range(3):
        hub.clock.go(seconds=30)
        await tell_of_money(hub.deps)
        await spread_told(hub.deps)
        await here.rounds(2)
    told = "\n\n".join(text for _, text in here.channels["email"].told).replace("\u00a0", " ")
    assert told.count("пополнен на 250,00 ₽. Теперь на нём 250,00 ₽") == 1
    assert told.count("На счёте «Питание» осталось 165,00 ₽") == 1

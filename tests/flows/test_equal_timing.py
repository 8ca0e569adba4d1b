"""Nobody learns by the clock whether somebody exists: known and unknown take equally long, as far as a statistical test can tell."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from itertools import count

import pytest
from quart import Response

from hub.store import fields
from identity.snils import Snils, checksum
from identity.store.school.tables import TryRow
from tests.flows.kit import Browser, Hub, parent
from tests.flows.office_kit import PUPIL, code_for, enter, open_office, redeem, signed

PAIRS = 120
# Of equal distributions this share lies within 0.37..0.63 in all but one of 3,000 runs (Mann-Whitney, 120 against 120); a query more
# on one side moves it past 0.9.
LEAST, MOST = 0.3, 0.7

Ask = Callable[[int], Awaitable[Response]]


@pytest.fixture
async def office(hub: Hub) -> Browser:
    return await open_office(hub, [])


async def slower_share(hub: Hub, known: Ask, unknown: Ask) -> float:
    """How often a known one took longer than an unknown one, over all pairs; both must answer alike."""
    spent: tuple[list[float], list[float]] = ([], [])
    for number in range(-5, PAIRS):
        sides = (0, 1) if number % 2 else (1, 0)
        seen = {}
        for side in sides:
            await _forget_tries(hub)
            started = time.perf_counter()
            answer = await (known, unknown)[side](number)
            passed = time.perf_counter() - started
            seen[side] = (answer.status_code, _told(await answer.get_json()))
            if number >= 0:
                spent[side].append(passed)
        assert seen[0] == seen[1]
    pairs = [(one > other) + (one == other) / 2 for one in spent[0] for other in spent[1]]
    return sum(pairs) / len(pairs)


def _told(answer: dict[str, object]) -> dict[str, object]:
    """Without what is new in every answer."""
    return {name: value for name, value in answer.items() if name not in ("request_id", "instance", "id")}


async def _forget_tries(hub: Hub) -> None:
    await hub.deps.db.write(lambda: fields.changed(TryRow, "DELETE FROM code_try", ()))


@pytest.mark.rule("A7")
@pytest.mark.security("30")
async def test_a_wrong_code_for_a_known_child_takes_as_long_as_for_an_invented_one(hub: Hub, office: Browser) -> None:
    await code_for(office, await enter(office))
    anna = await signed(hub, "anna")
    share = await slower_share(
        hub, lambda _: redeem(anna, "AAAA-BBBB-CCCC"), lambda _: redeem(anna, "AAAA-BBBB-CCCC", "Невидимов", "Артём")
    )
    assert LEAST < share < MOST


@pytest.mark.rule("A8")
@pytest.mark.security("30")
async def test_a_school_learns_from_the_time_of_no_snils_that_the_hub_knows_it(hub: Hub, office: Browser) -> None:
    numbers = count(1)

    def card(first_name: str, snils: str) -> Awaitable[Response]:
        guardian = {"snils": snils, "last_name": "Орлова", "first_name": "Анна"}
        body = PUPIL | {"first_name": f"{first_name}{next(numbers)}", "guardians": [guardian]}
        return office.send("POST", "/api/v1/office/pupils", json=body)

    known = []
    for number in range(PAIRS + 5):
        digits = _snils(700_000_000 + number)
        hub.esia.claims[f"k{number}"] = parent(f"known {number}", snils=Snils(digits), children=())
        await signed(hub, f"k{number}")
        known.append(digits)
    share = await slower_share(
        hub, lambda number: card("Артём", known[number + 5]), lambda number: card("Артём", _snils(800_000_000 + number))
    )
    assert LEAST < share < MOST


@pytest.mark.security("30")
async def test_a_foreign_child_takes_as_long_as_one_that_does_not_exist(hub: Hub, office: Browser) -> None:
    foreign = await enter(office)
    anna = await signed(hub, "anna")
    missing = "0" * len(foreign)
    share = await slower_share(
        hub, lambda _: anna.get(f"/api/v1/children/{foreign}/lessons"), lambda _: anna.get(f"/api/v1/children/{missing}/lessons")
    )
    assert LEAST < share < MOST


def _snils(number: int) -> str:
    nine = f"{number:09d}"
    return f"{nine}{checksum(nine):02d}"

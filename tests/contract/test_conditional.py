"""A diary that can say «unchanged» says it only of the same question, and never when something changed (connectors/kit/conditional)."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from connectors.kit.conditional import UNCHANGED, Answered, ConditionalPort, Told
from connectors.kit.diary import Datum, DiaryChild
from connectors.kit.errors import AuthExpired, ConnectorError, Drifted
from connectors.kit.ports import DiaryAccount
from connectors.kit.registry import packages
from tests.contract.stand import DIARIES, Family, Stand, manifest_of

DAYS = frozenset({Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK})


def conditional() -> list[str]:
    """The diaries that say «unchanged», found in their own files."""
    folders = {id_: Path(str(import_module(package).__file__)).parent for id_, package in packages().items()}
    able = {
        id_ for id_, folder in folders.items() if any("def read_if_changed" in file.read_text("utf-8") for file in folder.rglob("*.py"))
    }
    return [name for name in DIARIES if manifest_of(name).id in able]


pytestmark = pytest.mark.parametrize("name", conditional(), indirect=True)


@pytest.fixture
def port(diary: Stand) -> ConditionalPort:
    assert isinstance(diary.port, ConditionalPort)
    return diary.port


@pytest.fixture
def again(diary: Stand, port: ConditionalPort, account: DiaryAccount, child: DiaryChild) -> Any:
    async def ask(validator: str, data: frozenset[Datum] = DAYS) -> Told:
        return await port.read_if_changed(account.access, child, data & diary.manifest.data, await diary.week(), validator=validator)

    return ask


async def test_the_same_question_is_unchanged_and_costs_no_body(diary: Stand, again: Any) -> None:
    first = await again("")
    assert isinstance(first, Answered) and first.validator and first.page.lessons
    assert diary.calls is not None
    before = diary.calls.total
    assert await again(first.validator) is UNCHANGED
    assert diary.calls.total - before <= before, "no more calls than the whole read"
    assert await again(first.validator) is UNCHANGED


async def test_a_change_is_answered_in_full_with_a_new_name(diary: Stand, again: Any, family: Family) -> None:
    first = await again("")
    week = await diary.week()
    told = await diary.diary(family.children[0], week)
    lesson = next(one for one in told["lessons"] if one["status"] == "held")
    body = {
        "pupil": family.children[0]["id"],
        "subject": lesson["subject"],
        "date": lesson["date"],
        "number": lesson["number"],
        "value": "2",
    }
    await diary.post("/_sandbox/world/marks", body)
    second = await again(first.validator)
    assert isinstance(second, Answered) and second.validator not in ("", first.validator)
    assert len(second.page.marks or ()) == len(first.page.marks or ()) + 1
    assert len(second.page.lessons or ()) == len(first.page.lessons or ()), "also what did not change is there"
    assert await again(second.validator) is UNCHANGED


@pytest.mark.parametrize("validator", ["", "nonsense", "{}", '{"of": "2000-01-01", "tags": {}}', "null", "[1]"])
async def test_a_name_that_it_does_not_know_is_a_whole_read(again: Any, validator: str) -> None:
    found = await again(validator)
    assert isinstance(found, Answered) and found.page.lessons


async def test_a_session_that_ended_and_a_renamed_field_are_no_unchanged(diary: Stand, again: Any) -> None:
    first = await again("")
    expected: list[tuple[str, type[ConnectorError]]] = [("auth_expired", AuthExpired), ("drift", Drifted)]
    for kind, error in expected:
        await diary.fault(kind)
        with pytest.raises(error):
            await again(first.validator)
        await diary.well()

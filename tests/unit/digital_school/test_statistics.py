"""«Статистика» of the cabinet's first page, from the bytes that it sends."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.kit.diary import Datum
from connectors.kit.errors import Drifted
from connectors.kit.statistics import Change
from tests.unit.digital_school.stub import IDN, NOTHING, Bench, envelope, stats


async def figures(bench: Bench, answer: Any) -> dict[str, Any]:
    bench.show(stats=answer)
    return {one.name: one for one in (await bench.read(Datum.STATISTICS)).statistics or ()}


def whole(**changes: Any) -> bytes:
    return json.dumps(envelope(stats()) | changes, ensure_ascii=False).encode()


@pytest.mark.feature("F108")
async def test_the_figures_are_the_cabinets_own_texts_with_the_time_of_its_last_update(bench: Bench) -> None:
    found = await figures(bench, whole())
    assert {name: one.value for name, one in found.items()} == {
        "school_rating": "14",
        "krai_rating": "231",
        "quality": "78,5",
        "ege": None,
        "missed": "6",
        "missed_without_reason": "0",
    }
    assert {one.told_at for one in found.values()} == {datetime(2026, 11, 16, 8, tzinfo=UTC)}
    assert [one.place for one in found.values()] == list(range(6))
    assert all(one.title and one.origin.id == name for name, one in found.items())
    assert bench.stub.params("stats") == [{"idn": IDN}]


@pytest.mark.feature("F109")
@pytest.mark.parametrize("name", ["school_rating", "krai_rating", "quality", "ege", "missed", "missed_without_reason"])
@pytest.mark.parametrize("said", [NOTHING, "Нет данных", None, " "])
async def test_any_figure_without_data_is_none_and_never_a_zero(bench: Bench, name: str, said: str | None) -> None:
    assert (await figures(bench, stats(**{name: said})))[name].value is None


@pytest.mark.parametrize("said", ["0", 0])
async def test_a_zero_is_a_figure(bench: Bench, said: Any) -> None:
    assert (await figures(bench, stats(missed=said)))["missed"].value == "0"


@pytest.mark.feature("F108")
@pytest.mark.parametrize(
    ("said", "change"), [("вверх", Change.UP), ("вниз", Change.DOWN), ("без изменений", Change.NONE), (NOTHING, None), ("вбок", None)]
)
async def test_which_way_the_rating_in_the_krai_went(bench: Bench, said: str, change: Change | None) -> None:
    found = await figures(bench, stats(krai_change=said))
    assert found.pop("krai_rating").change is change
    assert {one.change for one in found.values()} == {None}


@pytest.mark.parametrize("updated", [NOTHING, None])
async def test_an_unknown_time_of_the_last_update_stays_unknown(bench: Bench, updated: str | None) -> None:
    assert {one.told_at for one in (await figures(bench, whole(updated=updated))).values()} == {None}


@pytest.mark.rule("C8")
async def test_figures_are_plain_text(bench: Bench) -> None:
    assert (await figures(bench, stats(quality="<b>78,5</b>")))["quality"].value == "78,5"


@pytest.mark.parametrize(
    ("answer", "where"), [(whole(updated="yesterday"), "$.updated"), ({"school_rating": "1"}, "$.data"), ([], "$.data")]
)
async def test_figures_of_another_shape_have_drifted(bench: Bench, answer: Any, where: str) -> None:
    with pytest.raises(Drifted) as told:
        await figures(bench, answer)
    assert told.value.where == where

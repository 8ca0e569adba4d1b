"""The hub's own average, which is never shown as the platform's: what counts, and how much (RULES C1; the trap of «4/5»)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from connectors.kit.marks import read_mark
from hub.flows.show_diary.results import progress_of
from hub.flows.views.items import ItemSource, MarkItem

SOURCE = ItemSource(system="dnevnik", id="1", fetched_at=datetime(2026, 11, 18, tzinfo=UTC))


def mark(text: str, **changes: Any) -> MarkItem:
    """A mark as connectors read its text."""
    read = read_mark(text)
    made: dict[str, Any] = {
        "id": "m", "child": "c", "source": SOURCE, "date": date(2026, 11, 16), "subject": "Алгебра", "lesson": None, "weight": None,
        "comment": "", "revisions": (), "number": None if read.number is None else float(read.number), "parts": read.parts,
        "scale": str(read.scale), "value": text,
    }  # fmt: skip
    return MarkItem(**(made | changes))


@pytest.mark.rule("C1")
@pytest.mark.parametrize(
    ("marks", "average"),
    [
        ([mark("5"), mark("4")], 4.5),
        ([mark("5-"), mark("4+")], 4.5),
        ([mark("4/5")], 4.5),
        ([mark("4/5"), mark("3")], 4.0),
        ([mark("5-/4+")], 4.5),
        ([mark("4/5", weight=2.0), mark("2")], 4.0),
        ([mark("5", weight=1.5), mark("2", weight=1.5)], 3.5),
        ([mark("5"), mark("2", weight=0.0)], 5.0),
        ([mark("5"), mark("2", counts_in_average=False)], 5.0),
        ([mark("5"), mark("зач"), mark("осв"), mark("н/а"), mark("•"), mark("Замечание"), mark("А"), mark("97")], 5.0),
        ([mark("4.5")], 4.5),
        ([mark("2", weight=0.0)], None),
        ([mark("зач")], None),
        ([mark("5", date=None)], None),
        ([], None),
    ],
)
def test_what_counts_and_how_much(marks: list[MarkItem], average: float | None) -> None:
    assert progress_of("Алгебра", marks, []).our_average == average

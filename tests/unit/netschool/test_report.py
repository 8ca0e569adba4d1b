"""Period marks: a form, a queue that speaks SignalR over long polling, and a table made for paper."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.kit.diary import Datum, Final, PeriodKind
from connectors.kit.errors import AuthExpired, ConnectorError, Drifted, NotFound, Rejected, Unavailable
from connectors.kit.period_names import kind_of, number_of
from tests.unit.netschool.stub import COMPLETE, HELLO, REPORT, STARTED, WEEK, Bench, child, said, total


async def finals(bench: Bench, **others: Any) -> tuple[Final, ...]:
    bench.show(**others)
    return (await bench.read(Datum.FINALS)).finals or ()


async def test_each_filled_cell_is_a_periods_mark(bench: Bench) -> None:
    one, other = await finals(bench)
    assert (one.subject, one.value, one.period.kind, one.period.number) == ("Алгебра", "4", PeriodKind.QUARTER, 1)
    assert (other.value, other.period.kind, other.period.number, other.period.school_year) == ("5-", PeriodKind.YEAR, 1, "2026/2027")
    assert one.origin.id != other.origin.id


async def test_the_form_is_filled_in_for_this_pupil_whoever_stands_there_first(bench: Bench) -> None:
    await finals(bench)
    (asked,) = bench.stub.of("reports/studenttotalmarks/queue")
    chosen = json.loads(asked.content)["selectedData"]
    assert [(one["filterId"], one["filterValue"]) for one in chosen] == [("SID", "6301"), ("PCLID", "780009")]


async def test_the_queue_is_asked_in_its_own_words_and_left(bench: Bench) -> None:
    await finals(bench)
    hub = [(one.method, one.content) for one in bench.stub.of("signalr/queueHub")]
    assert [method for method, _ in hub] == ["POST", "POST", "GET", "GET", "GET", "DELETE"]
    assert hub[0][1] == b'{"protocol":"json","version":1}\x1e'
    assert json.loads(hub[1][1].rstrip(b"\x1e")) == {
        "type": 1, "invocationId": "0", "target": "startTaskAsync", "arguments": [70001, "q1"],
    }  # fmt: skip
    assert {one.url.params["id"] for one in bench.stub.of("signalr/queueHub")} == {"c1"}


@pytest.mark.security("32")
async def test_the_token_is_in_no_address(bench: Bench) -> None:
    await finals(bench)
    assert not [one for one in bench.stub.asked if "4" * 40 in str(one.url)]


@pytest.mark.rule("A15")
async def test_a_pupil_that_the_report_does_not_list_is_not_asked_for(bench: Bench) -> None:
    with pytest.raises(NotFound):
        await finals(bench, reports__studenttotalmarks={"filterSources": [REPORT["filterSources"][0] | {"items": []}]})
    assert not bench.stub.of("reports/studenttotalmarks/queue")


@pytest.mark.parametrize(
    ("polls", "expected"),
    [
        ([HELLO, b'{"type":3,"result":{"success":false,"message":"busy"}}\x1e'], Rejected),
        ([HELLO, b'{"type":3,"invocationId":"0","error":"x"}\x1e'], Rejected),
        ([HELLO, b'{"type":7}\x1e'], Unavailable),
        ([HELLO, STARTED], Unavailable),
        ([HELLO] * 60, Drifted),
        ([HELLO, b"garbage"], Drifted),
        ([HELLO, COMPLETE.replace(b'"f1"', b"null")], Drifted),
        ([HELLO, COMPLETE.replace(b'"f1"', b'"../../login"')], Drifted),
        ([HELLO, b'{"type":1,"target":"complete","arguments":[]}\x1e'], Drifted),
    ],
)
async def test_a_queue_that_fails_is_one_of_the_eight(bench: Bench, polls: list[bytes], expected: type[ConnectorError]) -> None:
    bench.polls = polls
    with pytest.raises(ConnectorError) as told:
        await finals(bench)
    assert type(told.value) is expected


async def test_a_session_that_ends_midway_is_told(bench: Bench) -> None:
    with pytest.raises(AuthExpired):
        await finals(bench, files__f1=said(401, {}))


@pytest.mark.parametrize("page", ["", "<html>Технические работы</html>", "<table><tr><td>1</td><td>x</td><td>5</td></tr></table>"])
async def test_a_report_without_its_table_has_drifted(bench: Bench, page: str) -> None:
    with pytest.raises(Drifted) as told:
        await finals(bench, files__f1=page.encode())
    assert told.value.where == "report"


@pytest.mark.rule("C8")
async def test_cells_are_plain_text_and_empty_ones_are_no_marks(bench: Bench) -> None:
    cells = "<td><b>5</b><br></td><td>&nbsp;</td><td><span>зач</span></td>"
    assert [one.value for one in await finals(bench, files__f1=total(cells).encode())] == ["5", "зач"]


async def test_a_head_that_does_not_fit_leaves_the_last_three_columns_as_they_always_are(bench: Bench) -> None:
    page = total("<td>5</td><td>4</td><td>5</td><td></td><td>4</td>", head="<th colspan='5'>Отметки</th>")
    found = [(one.period.name, one.period.kind, one.value) for one in await finals(bench, files__f1=page.encode())]
    assert found == [
        ("Период 1", PeriodKind.UNKNOWN, "5"),
        ("Период 2", PeriodKind.UNKNOWN, "4"),
        ("Год", PeriodKind.YEAR, "5"),
        ("Итог", PeriodKind.FINAL, "4"),
    ]


async def test_another_accounts_pupil_gets_no_report(bench: Bench) -> None:
    bench.show()
    access = await bench.access()
    with pytest.raises(ConnectorError):
        await bench.port.read(access, child("6302"), frozenset({Datum.FINALS}), WEEK)
    assert not bench.stub.of("reports/studenttotalmarks")


@pytest.mark.parametrize(
    ("title", "roman", "kind", "number"),
    [
        ("1-я четверть", "I", PeriodKind.QUARTER, 1),
        ("IV четверть", "", PeriodKind.QUARTER, 4),
        ("2 триместр", "", PeriodKind.TRIMESTER, 2),
        ("Полугодие", "II", PeriodKind.SEMESTER, 2),
        ("Годовая", "", PeriodKind.YEAR, 1),
        ("Итог", "", PeriodKind.FINAL, 1),
        ("Экзамен", "", PeriodKind.EXAM, 1),
        ("Срез", "", PeriodKind.UNKNOWN, None),
    ],
)
def test_a_period_is_known_by_its_title(title: str, roman: str, kind: PeriodKind, number: int | None) -> None:
    assert (kind_of(title), number_of(title, roman)) == (kind, number)

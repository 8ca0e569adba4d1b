"""Reports come only over the hub: queued, started, awaited, and read out of their HTML."""

from __future__ import annotations

import json
import re
from datetime import date

from quart import Quart

from tests.sandbox.netschool.family import END, Family


def rows(page: str, table: int = 1) -> list[list[str]]:
    found = re.findall(r"<table[^>]*>(.*?)</table>", page, re.DOTALL)[table]
    return [
        [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", found, re.DOTALL)
    ]


async def test_total_marks_are_the_towns_finals(family: Family) -> None:
    town, child = family.stand.town, family.stand.child
    shown = {row[1]: row[2] for row in rows((await family.report("studenttotalmarks")).text)[1:]}
    first = next(it for it in town.periods_of(child.class_id or "") if it.number == 1 and it.kind != "year")
    assert {town.subjects[it.subject].name: it.value for it in town.finals(child.id) if it.period == first.id}.items() <= shown.items()


async def test_the_marks_of_a_subject_have_the_day_they_were_set(family: Family) -> None:
    page = (await family.report("studentgrades", SGID="1", period="2026-09-01T00:00:00 - 2026-11-20T00:00:00")).text
    marks = [it for it in family.stand.town.marks(family.stand.child.id, *family.stand.town.year) if it.subject == "rus"]
    shown = rows(page)[1:-1]
    assert [row[4] for row in shown] == [it.value for it in marks]
    assert all(re.fullmatch(r"\d\d\.\d\d\.26", row[2]) for row in shown)
    assert re.search(r"Средняя: [2-5],\d\d", page)


async def test_the_journal_has_a_column_a_day_and_the_terms_at_its_end(family: Family) -> None:
    page = (await family.report("studenttotal", period="2026-09-01T00:00:00 - 2026-10-25T00:00:00")).text
    top, days, first = rows(page)[:3]
    assert top[-2:] == ["Средняя оценка, 1 четверть", "Итоговая оценка, 1 четверть"]
    assert len(first) == 1 + len(days) + 2
    assert first[0] == "Русский язык"


async def test_a_report_is_somebodys_own(family: Family) -> None:
    stand = family.stand
    stranger = Family(stand, stand.families[1][0])
    await stranger.sign_in()
    theirs = str(stand.account(stand.families[1][1])["student_id"])
    queued = (await family.post("reports/studenttotalmarks/queue", {"selectedData": [{"filterId": "SID", "filterValue": theirs}]})).json()
    frames = await family.start(queued["taskId"], queued["queueKey"])
    assert frames[-1]["result"] == {"success": False, "message": "Нет доступа к данным ученика"}
    own = (
        await family.post("reports/studenttotalmarks/queue", {"selectedData": [{"filterId": "SID", "filterValue": family.student}]})
    ).json()
    assert (await stranger.start(own["taskId"], own["queueKey"]))[-1]["result"]["success"] is False
    done = (await family.start(own["taskId"], own["queueKey"]))[-1]["arguments"][0]["data"]
    assert (await stranger.ask(f"files/{done}")).status_code == 404
    assert (await family.ask(f"files/{done}")).status_code == 200


async def test_an_unknown_report_or_term_is_refused(family: Family) -> None:
    assert (await family.ask("reports/studentnothing")).status_code == 404
    assert (await family.post("reports/studentnothing/queue", {"selectedData": []})).status_code == 404
    chosen = {"selectedData": [{"filterId": "TERMID", "filterValue": "1"}]}
    assert (await family.post("v2/reports/studentgrades/initfilters", chosen)).status_code == 400


async def test_the_dates_of_a_term_come_with_its_choice(family: Family) -> None:
    form = {it["filterId"]: it for it in (await family.get("reports/studentGrades"))["filterSources"]}
    first = form["TERMID"]["items"][0]
    chosen = {"selectedData": [{"filterId": "TERMID", "filterValue": first["value"]}]}
    [period] = (await family.post("v2/reports/studentgrades/initfilters", chosen)).json()
    assert (first["title"], period["range"]["start"]) == ("1 четверть", "2026-09-01T00:00:00")
    assert form["period"]["range"]["start"] == "2026-11-02T00:00:00"


async def test_the_hub_speaks_over_a_socket_too(family: Family) -> None:
    quart: Quart = family.stand.app.quart
    queued = (
        await family.post("reports/studenttotalmarks/queue", {"selectedData": [{"filterId": "SID", "filterValue": family.student}]})
    ).json()
    async with quart.test_client().websocket(f"/netschool/WebApi/signalr/queueHub?at={family.headers['at']}") as socket:
        await socket.send(json.dumps({"protocol": "json", "version": 1}) + END)
        assert await socket.receive() == "{}" + END
        invoke = {"type": 1, "invocationId": "0", "target": "startTask", "arguments": [queued["taskId"], "report-v2"]}
        await socket.send(json.dumps(invoke).encode())
        heard = [json.loads(str(await socket.receive()).rstrip(END)) for _ in range(3)]
    assert [it.get("target") for it in heard] == [None, "progress", "complete"]
    assert (await family.ask(f"files/{heard[2]['arguments'][0]['data']}")).status_code == 200


async def test_the_classic_pages_show_the_schedule(family: Family) -> None:
    form = {"at": family.headers["at"], "date": "16.11.26", "PCLID_IUP": "[object Object]_0"}
    base = str(family.http.base_url).removesuffix("webapi/")
    page = (await family.http.post(f"{base}asp/Calendar/DayViewS.asp", data=form)).text
    day = date(2026, 11, 16)
    held = [it for it in family.stand.town.lessons_of(family.stand.child.id, day, day) if it.status != "cancelled"]
    assert len(rows(page, 0)) == 1 + len(held)
    assert "08:00 - 08:45" in page
    week = (await family.http.post(f"{base}asp/Calendar/WeekViewTimeS.asp", data=form)).text
    assert "с 16.11.26" in week
    assert (await family.http.post(f"{base}asp/Calendar/DayViewS.asp", data=form | {"PCLID_IUP": "1_0"})).status_code == 403

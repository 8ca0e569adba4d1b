"""The office's first page: applications with their evidence, one after another or several at once, and stale pages (RULES B4, B5)."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from quart import Response

from tests.flows.join_kit import Joining, open_joining
from tests.flows.kit import PUBLIC, Browser, Hub
from tests.flows.test_desk_pages import text


@pytest.fixture
async def joining(hub: Hub) -> Joining:
    return await open_joining(hub)


async def press(browser: Browser, path: str, *requests: str, **form: str) -> Response:
    """A form of a page, with several boxes marked."""
    await browser.me()
    fields = [("csrf_token", browser.csrf), *(("request", one) for one in requests), *form.items()]
    given = {"Host": "localhost:8000", "Origin": PUBLIC, "Accept": "text/html", "Content-Type": "application/x-www-form-urlencoded"}
    return await browser.client.post(path, data=urlencode(fields), headers=given)


async def requests_of(joining: Joining) -> list[str]:
    return [str(one["id"]) for one in (await joining.join())["requests"]]


@pytest.mark.rule("B4")
async def test_the_queue_shows_the_evidence_and_every_number_opens_its_list(joining: Joining) -> None:
    first, second = await requests_of(joining)
    page = await text(joining.nina, "/office")
    assert f"/office/joins/{first}" in page and f"/office/joins/{second}" in page
    assert "Орлов Пётр" in page and "Орлова Анна" in page
    for path in re.findall(r'<dd><a class="tall" href="([^"]+)">', page):
        assert (await joining.nina.get(path, Accept="text/html")).status_code == 200
    assert 'src="/static/desk.js"' in page and "<script>" not in page
    shown = await text(joining.nina, f"/office/joins/{first}")
    assert "Семья подала заявление" in shown and "Чем подтверждено" in shown


@pytest.mark.rule("B4")
async def test_one_decided_leads_to_the_next_and_the_last_back_to_the_queue(joining: Joining) -> None:
    first, second = await requests_of(joining)
    done = await press(joining.nina, f"/office/joins/{first}/approve")
    assert (done.status_code, done.headers["Location"]) == (303, f"/office/joins/{second}?done=approved")
    empty = await press(joining.nina, f"/office/joins/{second}/reject", reason=" ")
    assert (empty.status_code, "Напишите причину" in await empty.get_data(as_text=True)) == (400, True)
    done = await press(joining.nina, f"/office/joins/{second}/reject", reason="Нет документа")
    assert done.headers["Location"] == "/office?done=rejected"
    shown = await text(joining.nina, f"/office/joins/{second}")
    assert "Нет документа" in shown and "Администратор школы" in shown and "Почему отклоняем" not in shown
    assert "Заявлений нет" in await text(joining.nina, "/office")


@pytest.mark.rule("A12")
async def test_a_second_click_of_the_same_officer_is_harmless(joining: Joining) -> None:
    first, second = await requests_of(joining)
    for request, step, form in ((first, "approve", {}), (second, "reject", {"reason": "Нет документа"})):
        for _ in range(2):
            assert (await press(joining.nina, f"/office/joins/{request}/{step}", **form)).status_code == 303


@pytest.mark.rule("B4")
async def test_several_are_decided_at_once_and_what_could_not_be_is_named(joining: Joining) -> None:
    first, second = await requests_of(joining)
    assert (await press(joining.nina, "/office/joins/decide", decision="approve")).status_code == 400
    refused = await press(joining.nina, "/office/joins/decide", first, decision="reject", reason="")
    body = await refused.get_data(as_text=True)
    assert (refused.status_code, f'value="{first}" checked' in body) == (400, True), "what was marked stays marked"
    await press(joining.nina, f"/office/joins/{second}/reject", reason="Нет документа")
    both = await press(joining.nina, "/office/joins/decide", first, second, decision="approve")
    body = await both.get_data(as_text=True)
    assert (both.status_code, both.headers["Cache-Control"]) == (200, "no-store")
    assert "Одобрено: 1. Не получилось: 1." in body and "отклонено" in body


@pytest.mark.rule("B4")
async def test_a_stale_page_approving_a_withdrawn_application_hears_what_happened(joining: Joining) -> None:
    made = await joining.join()
    first = made["requests"][0]["id"]
    assert "Одобрить" in await text(joining.nina, f"/office/joins/{first}")
    await joining.anna.send("POST", f"/api/v1/joins/{made['id']}/withdraw")
    stale = await press(joining.nina, f"/office/joins/{first}/approve")
    body = await stale.get_data(as_text=True)
    assert (stale.status_code, "Семья отозвала" in body, "К очереди" in body) == (409, True, True)


@pytest.mark.rule("B4")
async def test_of_two_administrators_the_second_reads_what_the_first_decided(joining: Joining) -> None:
    first, _ = await requests_of(joining)
    assert (await press(joining.rita, f"/office/joins/{first}/reject", reason="Не тот класс")).status_code == 303
    late = await press(joining.nina, f"/office/joins/{first}/approve")
    body = await late.get_data(as_text=True)
    assert (late.status_code, "Не тот класс" in body, "Лапина" in body) == (409, True, True)


@pytest.mark.rule("B6")
async def test_another_schools_administrator_and_a_stranger_find_no_such_application(joining: Joining) -> None:
    first, _ = await requests_of(joining)
    for path in (f"/office/joins/{first}", "/office/joins/nobody"):
        assert (await joining.oleg.get(path, Accept="text/html")).status_code == 404
        assert (await press(joining.oleg, f"{path}/approve")).status_code == 404
    assert f"/office/joins/{first}" not in await text(joining.oleg, "/office")
    assert (await joining.anna.get(f"/office/joins/{first}", Accept="text/html")).status_code == 403
    assert (await joining.anna.get("/office", Accept="text/html")).status_code == 404


@pytest.mark.rule("B4")
@pytest.mark.parametrize(
    ("query", "many"),
    [
        ("", 2), ("?kind=register_pupil", 1), ("?class=6%D0%90", 2), ("?class=9%D0%91", 0), ("?waits=1", 0), ("?state=approved", 0),
        ("?state=all", 2), ("?state=nonsense&kind=x&waits=99", 2),
    ],
)  # fmt: skip
async def test_the_queue_is_filtered_and_an_unknown_filter_is_none(joining: Joining, query: str, many: int) -> None:
    await requests_of(joining)
    page = await text(joining.nina, f"/office{query}")
    assert page.count("data-row") == many
    assert many or "Показать все, что ждут" in page


async def test_a_queue_longer_than_a_page_goes_on(joining: Joining, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = await requests_of(joining)
    monkeypatch.setattr("hub.web.office_home.A_PAGE", 1)
    page = await text(joining.nina, "/office?kind=")
    (more,) = re.findall(r'rel="next" href="([^"]+)"', page)
    rest = await text(joining.nina, more.replace("&amp;", "&"))
    assert sorted(re.findall(r'href="/office/joins/(\w+)"', page + rest)) == sorted([first, second])
    assert 'rel="next"' not in rest
    assert (await joining.nina.get("/office?cursor=eHg", Accept="text/html")).status_code == 400


async def test_a_form_without_its_token_decides_nothing(joining: Joining) -> None:
    first, _ = await requests_of(joining)
    given = {"Host": "localhost:8000", "Origin": PUBLIC, "Accept": "text/html"}
    answer = await joining.nina.client.post(f"/office/joins/{first}/approve", form={}, headers=given)
    assert answer.status_code == 403
    assert len(await joining.queue()) == 2

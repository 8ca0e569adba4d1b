"""The character with code 0: PostgreSQL keeps it in no text and SQLite would, so it is refused at the door, the same over both."""

from __future__ import annotations

import pytest

from tests.flows.desk_kit import Desk, open_desk
from tests.flows.kit import Hub
from tests.flows.pay_kit import open_doors

NEW = {"last_name": "Орлова", "first_name": "Мария", "middle_name": "", "birth_date": "2014-03-01", "guardians": []}


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await open_desk(hub)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/children/%00/lessons",
        "/api/v1/accounts/a%00b/statement",
        "/api/v1/office/chats/%00",
        "/children/a%00b",
        "/ingest/hikvision/%00",
    ],
)
async def test_an_address_with_it_leads_nowhere(desk: Desk, path: str) -> None:
    answer = await desk.nina.get(path)
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json" and answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    ["/api/v1/office/joins?class=a%00b", "/api/v1/office/appeals?kind=%00", "/iclock/cdata?SN=a%00b", "/ingest/v1/events?device=%00"],
)
async def test_a_question_with_it_is_refused(desk: Desk, path: str) -> None:
    assert (await desk.nina.get(path)).status_code == 400


async def test_a_percent_sign_before_two_noughts_is_no_such_character(desk: Desk) -> None:
    assert (await desk.nina.get("/api/v1/office/joins?class=100%2500")).status_code == 200


@pytest.mark.parametrize(("klass", "status"), [("6\0Б", 400), ("6\\\0", 400), ("6\\u0000", 201)])
async def test_a_body_with_it_is_refused_and_nothing_is_kept(desk: Desk, klass: str, status: int) -> None:
    before = await desk.hub.rows("SELECT COUNT(*) FROM school_card")
    answer = await desk.nina.send("POST", "/api/v1/office/pupils", json=NEW | {"class": klass})
    assert answer.status_code == status, await answer.get_data(as_text=True)
    assert (await desk.hub.rows("SELECT COUNT(*) FROM school_card") == before) is (status == 400)


async def test_a_form_with_it_is_refused(desk: Desk) -> None:
    given = {"csrf": desk.nina.csrf, "title": "Сбор", "text": "в 9:00\0"}
    headers = {"Host": "localhost:8000", "Origin": "http://localhost:8000"}
    answer = await desk.nina.client.post("/office/announcements", form=given, headers=headers)
    assert answer.status_code == 400


@pytest.mark.rule("D4")
async def test_a_terminal_hears_of_it_in_its_own_words(hub: Hub) -> None:
    open_doors(hub, "osmp")
    asked = "/pay/osmp?command=check&txn_id=1&account=0%00&sum=10.00"
    answer = await hub.app.test_client().get(asked, headers={"Host": "localhost:8000"}, scope_base={"client": ("127.0.0.1", 4000)})
    assert answer.status_code == 200 and "<response>" in await answer.get_data(as_text=True)

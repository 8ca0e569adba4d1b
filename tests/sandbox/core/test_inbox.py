"""`/inbox`: what the town's systems sent, as JSON and as a page."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from sandbox.app import create_app
from sandbox.inbox import Letter

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
JSON = {"Accept": "application/json"}


@pytest.fixture
async def filled() -> httpx.AsyncClient:
    app = create_app(NOW)
    for kind, to, text, code in (
        ("sms", "+79991000001", "Код 123456", "123456"),
        ("mail", "Mama@town.example", "Здравствуйте", None),
        ("sms", "+79991000002", "<b>Код</b> 777777", "777777"),
    ):
        app.sandbox.inbox.put(Letter(kind=kind, system="mes", to=to, text=text, at=NOW, code=code))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost:9000")


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("", ["<b>Код</b> 777777", "Здравствуйте", "Код 123456"]),
        ("?kind=sms", ["<b>Код</b> 777777", "Код 123456"]),
        ("?channel=mail", ["Здравствуйте"]),
        ("?kind=sms&to=89991000001", ["Код 123456"]),
        ("?to=9991000001", ["Код 123456"]),
        ("?to=mama@town.example", ["Здравствуйте"]),
        ("?kind=push", []),
    ],
)
async def test_letters_are_found_by_kind_and_by_the_last_ten_digits(filled: httpx.AsyncClient, query: str, texts: list[str]) -> None:
    items = (await filled.get(f"/inbox{query}", headers=JSON)).json()["items"]
    assert [item["text"] for item in items] == texts


async def test_an_item_has_the_fields_of_the_contract_and_no_empty_code(filled: httpx.AsyncClient) -> None:
    sms, mail, _ = (await filled.get("/inbox", headers=JSON)).json()["items"]
    assert sms == {
        "kind": "sms", "channel": "sms", "system": "mes", "to": "+79991000002", "text": "<b>Код</b> 777777", "code": "777777",
        "at": "2026-11-20T09:00:00+00:00",
    }  # fmt: skip
    assert "code" not in mail


async def test_the_page_escapes_and_a_reset_empties_it(filled: httpx.AsyncClient) -> None:
    page = await filled.get("/inbox", headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert "&lt;b&gt;Код" in page.text
    await filled.post("/_sandbox/reset", json={})
    assert (await filled.get("/inbox", headers=JSON)).json() == {"items": []}
    assert "Пока ничего не отправлено" in (await filled.get("/inbox")).text

"""SMSC.ru and SMS.RU as their documents write them: every code that means something to us, and answers that are nobody's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from connectors.kit.config import ConnectorConfig
from connectors.kit.errors import (
    AccessDenied,
    AuthExpired,
    ConnectorError,
    Drifted,
    NotFound,
    RateLimited,
    Rejected,
    TimedOut,
    Unavailable,
)
from connectors.kit.notice import Message, SameAgain, SentText, TextGateway, TextState, parts_of
from connectors.kit.registry import connect
from connectors.kit.secret import Secret
from connectors.notices.smsc.mapping import number_of

PHONE = "+79131234567"
TEXT = "ПИН для терминала: 4821"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
OPTIONS = {"smsc": {"LOGIN": "school", "PSW": "p-w", "SENDER": "SCHOOL"}, "smsru": {"API_ID": "key-1", "FROM": "SCHOOL"}}
Answer = Callable[[httpx.Request], httpx.Response]


def message(id_: str = "text-1", text: str = TEXT) -> Message:
    return Message(id=id_, phone=Secret(PHONE), text=Secret(text))


def gateway(name: str, answer: Answer) -> TextGateway:
    config = ConnectorConfig(instance=name, base_urls={name: f"http://gate/{name}"}, options=OPTIONS[name])
    return connect([config], now=lambda: NOW, transport=lambda prefix: httpx.MockTransport(answer)).texts[name]


def telling(body: Any, status: int = 200) -> Answer:
    return lambda request: httpx.Response(status, json=body) if not isinstance(body, str) else httpx.Response(status, text=body)


def form(request: httpx.Request) -> dict[str, str]:
    return dict(parse_qsl(request.content.decode(), keep_blank_values=True))


def of_smsru(code: int, **more: Any) -> dict[str, Any]:
    return {"status": "OK", "status_code": 100, "sms": {"79131234567": {"status": "OK", "status_code": code, **more}}}


async def asked(name: str, act: str, body: Any, status: int = 200) -> SentText:
    port = gateway(name, telling(body, status))
    if act == "send":
        return await port.send(message())
    return await port.status(message(), "000000-10000000" if name == "smsru" else "17")


@pytest.mark.parametrize("name", ["smsc", "smsru"])
async def test_it_is_a_gateway_whose_secrets_stand_in_no_address(name: str) -> None:
    heard: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        heard.append(request)
        taken = {"id": 1, "cnt": 1, "cost": "3.5"} if name == "smsc" else of_smsru(100, sms_id="000000-10000000", cost=3.5)
        return httpx.Response(200, json=taken)

    port = gateway(name, answer)
    assert isinstance(port, TextGateway)
    sent = await port.send(message())
    assert (sent.state, sent.cost_kop) == (TextState.QUEUED, 350)
    (request,) = heard
    assert request.method == "POST" and not request.url.query
    told = form(request)
    assert (told.get("phones") or told.get("to"), told.get("mes") or told.get("msg")) == ("79131234567", TEXT)
    assert (told.get("sender") or told.get("from")) == "SCHOOL"
    for secret in (PHONE.lstrip("+"), TEXT, "p-w", "key-1"):
        assert secret not in repr(message()) + str(request.url)


SMSC: list[tuple[str, Any, int, type[ConnectorError]]] = [
    ("send", {"error": "parameters error", "error_code": 1}, 200, Rejected),
    ("send", {"error": "authorise error", "error_code": 2}, 200, AuthExpired),
    ("send", {"error": "money error", "error_code": "3"}, 200, AccessDenied),
    ("send", {"error": "ip blocked", "error_code": 4}, 200, RateLimited),
    ("send", {"error": "date", "error_code": 5}, 200, Rejected),
    ("send", {"error": "denied", "error_code": 6, "id": 1}, 200, Rejected),
    ("send", {"error": "invalid number", "error_code": 7}, 200, Rejected),
    ("send", {"error": "cannot", "error_code": 8}, 200, Rejected),
    ("status", {"status": -3}, 200, NotFound),
    ("send", "<html>на обслуживании</html>", 200, Unavailable),
    ("send", "ERROR = 2 (authorise error)", 200, Drifted),
    ("send", {"cnt": 1}, 200, Drifted),
    ("send", {"id": 1, "cost": "free"}, 200, Drifted),
    ("status", {"state": 1}, 200, Drifted),
    ("send", {}, 503, Unavailable),
    ("send", {}, 429, RateLimited),
]
SMSRU: list[tuple[str, Any, int, type[ConnectorError]]] = [
    ("send", {"status": "ERROR", "status_code": 200, "status_text": "Неправильный api_id"}, 200, AuthExpired),
    ("send", {"status": "ERROR", "status_code": 301}, 200, AuthExpired),
    ("send", {"status": "ERROR", "status_code": 201}, 200, AccessDenied),
    ("send", {"status": "ERROR", "status_code": 220}, 200, Unavailable),
    ("send", of_smsru(202), 200, Rejected),
    ("send", of_smsru(209), 200, Rejected),
    ("send", of_smsru(201), 200, AccessDenied),
    ("send", of_smsru(206), 200, RateLimited),
    ("send", of_smsru(231), 200, SameAgain),
    ("send", of_smsru(100), 200, Drifted),
    ("send", {"status": "OK", "status_code": 100, "sms": {}}, 200, Drifted),
    ("send", "100\n000000-10000000", 200, Drifted),
    ("send", "<html></html>", 502, Unavailable),
    ("send", {"status": "ERROR", "status_code": 500}, 500, Unavailable),
    ("status", of_smsru(-1), 200, NotFound),
]


@pytest.mark.parametrize(
    ("name", "act", "body", "status", "kind"), [*(("smsc", *one) for one in SMSC), *(("smsru", *one) for one in SMSRU)]
)
async def test_a_refusal_is_one_of_the_eight_and_repeats_no_number(
    name: str, act: str, body: Any, status: int, kind: type[ConnectorError]
) -> None:
    with pytest.raises(kind) as told:
        await asked(name, act, body, status)
    assert type(told.value) is kind
    assert PHONE[1:] not in str(told.value) + told.value.text


@pytest.mark.parametrize(
    ("name", "code", "state"),
    [
        *(("smsc", code, TextState.FAILED) for code in (-2, 3, 20, 22, 23, 24, 25)),
        ("smsc", -1, TextState.QUEUED), ("smsc", 0, TextState.SENT), ("smsc", 1, TextState.DELIVERED), ("smsc", 2, TextState.DELIVERED),
        ("smsc", 99, TextState.UNKNOWN),
        *(("smsru", code, TextState.FAILED) for code in (104, 105, 106, 107, 108, 130, 150)),
        ("smsru", 100, TextState.QUEUED), ("smsru", 101, TextState.QUEUED), ("smsru", 102, TextState.SENT),
        ("smsru", 103, TextState.DELIVERED), ("smsru", 110, TextState.DELIVERED), ("smsru", 199, TextState.UNKNOWN),
    ],
)  # fmt: skip
async def test_a_state_is_what_the_document_says_and_an_unheard_of_one_unknown(name: str, code: int, state: TextState) -> None:
    body = {"status": code, "last_date": "20.11.2026 12:00:00", "err": 6, "cost": "3.50"} if name == "smsc" else of_smsru(code)
    found = await asked(name, "status", body)
    assert (found.state, found.word) == (state, str(code))
    assert bool(found.reason) is (state is TextState.FAILED)


async def test_smsc_tells_one_message_in_a_list_too() -> None:
    assert (await asked("smsc", "status", [{"status": 1, "id": 17, "phone": "79131234567"}])).state is TextState.DELIVERED


@pytest.mark.parametrize(("there", "found"), [(True, TextState.QUEUED), (False, None)])
async def test_what_smsc_takes_for_a_repeat_is_looked_for_under_our_number(there: bool, found: TextState | None) -> None:
    numbers: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        numbers.append(form(request)["id"])
        if request.url.path.endswith("send.php"):
            return httpx.Response(200, json={"error": "duplicate", "error_code": 9})
        return httpx.Response(200, json={"status": -1 if there else -3})

    port = gateway("smsc", answer)
    if found is None:
        with pytest.raises(SameAgain) as told:
            await port.send(message())
        assert told.value.after_s == 60.0
    else:
        assert (await port.send(message())).state is found
    assert numbers == [number_of("text-1")] * 2


@pytest.mark.parametrize("name", ["smsc", "smsru"])
async def test_a_message_is_sent_once_whatever_goes_wrong(name: str) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if len(asked) == 1:
            raise httpx.ReadTimeout("late")
        return httpx.Response(503)

    port = gateway(name, answer)
    with pytest.raises(TimedOut):
        await port.send(message())
    with pytest.raises(Unavailable):
        await port.send(message())
    assert len(asked) == 2


@pytest.mark.parametrize("text", ["", "я" * 600])
@pytest.mark.parametrize("name", ["smsc", "smsru"])
async def test_a_text_that_no_gateway_takes_is_not_asked_about(name: str, text: str) -> None:
    with pytest.raises(Rejected, match="length"):
        await gateway(name, telling({}, 500)).send(message(text=text))


async def test_an_id_that_is_none_is_not_asked_about() -> None:
    for name in ("smsc", "smsru"):
        with pytest.raises(NotFound):
            await gateway(name, telling({}, 500)).status(message(), "../balance")


async def test_only_a_gateway_that_takes_our_number_finds_a_lost_message() -> None:
    smsc, smsru = gateway("smsc", telling({"status": 0})), gateway("smsru", telling({}))
    assert (smsc.finds, smsru.finds) == (True, False)
    assert (await smsc.find(message())).state is TextState.SENT
    with pytest.raises(Rejected, match="cannot"):
        await smsru.find(message())


async def test_price_and_balance_are_kopecks() -> None:
    assert (await gateway("smsc", telling({"cost": "7.005", "cnt": 2})).price(message())).cost_kop == 701
    assert (await gateway("smsru", telling(of_smsru(100, cost=7, sms=2))).price(message())).parts == 2
    assert await gateway("smsc", telling({"balance": "178.10"})).balance() == 17_810
    assert await gateway("smsru", telling({"status_code": 100, "balance": 4122.56})).balance() == 412_256


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("{" * 80, 1),
        ("{" * 81, 2),
        ("я" * 70, 1),
        ("я" * 71, 2),
        ("я" * 134, 2),
        ("я" * 135, 3),
        ("😀" * 36, 2),
    ],
)
def test_parts_are_counted_as_operators_count_them(text: str, parts: int) -> None:
    assert parts_of(text) == parts


def test_our_id_is_always_the_same_number_there() -> None:
    assert number_of("text-1") == number_of("text-1") != number_of("text-2")
    assert all(1 <= int(number_of(str(one))) <= 2**31 - 1 for one in range(50))

"""What goes out and what may come in: the SMEV envelope, refusals, Faults, and XML that is a trap (RULES C8)."""

from __future__ import annotations

import logging
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from lxml import etree

from connectors.diaries.epgu import envelope as wsdl
from connectors.kit import deadline
from connectors.kit.errors import (
    AccessDenied,
    AuthExpired,
    ConnectorError,
    Drifted,
    NotFound,
    RateLimited,
    Rejected,
    Unavailable,
)
from connectors.kit.ports import Window
from connectors.kit.secret import Secret
from tests.unit.epgu.stub import ACCESS, SNILS, STUDENT, Bench, element, envelope, fault, lesson, refusal, result

NAMES = {"e": "urn:school-hub:epgu:1", "s": "http://smev.gosuslugi.ru/rev120315"}


async def test_a_request_is_the_documented_envelope(bench: Bench) -> None:
    await bench.read()
    request = bench.stub.asked[0]
    assert (request.method, str(request.url), request.headers["Content-Type"]) == (
        "POST", "http://stub/epgu", "text/xml; charset=utf-8",
    )  # fmt: skip
    assert request.headers["SOAPAction"] == '"urn:school-hub:epgu:1#GetDiary"'
    body = etree.fromstring(request.content)[0][0]
    assert body.tag == "{urn:school-hub:epgu:1}GetDiary"
    said = {name: body.findtext(f"s:Message/s:{name}", namespaces=NAMES) for name in ("TypeCode", "Status", "Date", "ExchangeType")}
    assert said == {"TypeCode": "GSRV", "Status": "REQUEST", "Date": "2026-11-21T12:00:00+00:00", "ExchangeType": "2"}
    assert body.findtext("s:Message/s:Sender/s:Code", namespaces=NAMES) == "TEST01"
    data = body.find("s:MessageData/s:AppData", namespaces=NAMES)
    assert data is not None
    assert [(etree.QName(one).localname, one.text) for one in data] == [
        ("StudentId", "210024"), ("From", "2026-11-16"), ("To", "2026-11-22"), ("ApplicantSnils", "11223344595"),
    ]  # fmt: skip


@pytest.mark.security("32")
async def test_the_snils_stands_in_no_address_and_no_log_line(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        account = await bench.port.sign_in({"snils": Secret(SNILS)})
        await bench.read()
    shown = caplog.text + " ".join(str(one.url) + str(one.headers) for one in bench.stub.asked) + repr(account)
    assert not [text for text in ("11223344595", SNILS, "445 95") if text in shown]


TRAPS = [
    envelope(result("GetStudents"), before='<!DOCTYPE x SYSTEM "http://elsewhere/x.dtd">'),
    envelope(result("GetStudents", "&a;"), before='<!DOCTYPE x [<!ENTITY a "b">]>'),
    envelope(result("GetStudents", "&c;"), before='<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>'),
    envelope(result("GetStudents", "&f;"), before='<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'),
    envelope(result("GetStudents", "<epgu:A>" * 40 + "</epgu:A>" * 40)),
    envelope(result("GetStudents", "<epgu:A>" * 400 + "</epgu:A>" * 400)),
    envelope(""),
    envelope(result("GetDiary")),
    envelope(result("GetStudents") + result("GetStudents")),
    envelope("<epgu:GetStudentsResponse/>"),
    envelope(result("GetStudents").replace("smev:", "soap:")),
    envelope(result("GetStudents", status="")),
    envelope(result("GetStudents", status="ACCEPT")),
    envelope(result("GetStudents", STUDENT + "<epgu:Student/>")),
    envelope(result("GetStudents", "<epgu:Student><epgu:Id>1</epgu:Id><epgu:Id>2</epgu:Id></epgu:Student>")),
    b"<a/>", b"<a", b"", b"\xff\xfe\x00", "привет".encode(), b'{"a": 1}',
]  # fmt: skip


@pytest.mark.rule("C8")
@pytest.mark.parametrize("body", TRAPS)
async def test_what_is_not_the_documented_xml_is_drift_with_a_path(bench: Bench, body: bytes) -> None:
    bench.stub.says(body)
    with pytest.raises(Drifted) as told:
        await bench.port.account(ACCESS)
    assert told.value.where.startswith(("/", "$")), told.value.where


async def test_another_encoding_that_is_declared_is_read(bench: Bench) -> None:
    student = element("Student", Id="1", LastName="Д'Артаньян", FirstName="Шарль", School="Школа", Class="5А")
    bench.stub.answer = lambda request: bench.stub.say(
        envelope(
            result(
                "GetStudents" if b"GetStudents" in request.content else "GetDiary", student if b"GetStudents" in request.content else ""
            ),
            encoding="windows-1251",
        )
    )
    (child,) = (await bench.port.account(ACCESS)).children
    assert (child.last_name, child.first_name) == ("Д'Артаньян", "Шарль")


REFUSALS: list[tuple[str, str, type[ConnectorError]]] = [
    ("REJECT", "APPLICANT_NOT_FOUND", AuthExpired),
    ("REJECT", "CONSENT_ENDED", AuthExpired),
    ("REJECT", "STUDENT_NOT_FOUND", NotFound),
    ("REJECT", "PERIOD_NOT_FOUND", NotFound),
    ("INVALID", "FIELD_MISSING", Rejected),
    ("INVALID", "SNILS_FORMAT", Rejected),
    ("INVALID", "DATE_RANGE", Rejected),
    ("REJECT", "SOMETHING_NEW", Rejected),
    ("FAILURE", "INTERNAL", Unavailable),
]


@pytest.mark.parametrize(("status", "code", "kind"), REFUSALS)
async def test_a_refusal_in_a_good_answer_is_its_error(bench: Bench, status: str, code: str, kind: type[ConnectorError]) -> None:
    bench.stub.says(envelope(result("GetDiary", refusal(code, "Сказано <b>так</b>".replace("<", "&lt;")), status=status)))
    with pytest.raises(ConnectorError) as told:
        await bench.read()
    assert type(told.value) is kind
    assert "<" not in told.value.text


async def test_a_refusal_without_words_is_a_refusal(bench: Bench) -> None:
    bench.stub.says(envelope(result("GetDiary", status="REJECT")))
    with pytest.raises(Rejected):
        await bench.read()


FAULTS: list[tuple[str, str, int, type[ConnectorError]]] = [
    ("NOT_XML", "soap:Client", 500, Rejected),
    ("WRONG_ENVELOPE", "soap:Client", 500, Rejected),
    ("WRONG_VERSION", "soap:VersionMismatch", 500, Rejected),
    ("RATE_LIMIT", "soap:Server", 429, RateLimited),
    ("MAINTENANCE", "soap:Server", 503, Unavailable),
]


@pytest.mark.parametrize(("code", "kind", "status", "error"), FAULTS)
async def test_a_fault_is_its_error(bench: Bench, code: str, kind: str, status: int, error: type[ConnectorError]) -> None:
    bench.stub.says(envelope(fault(code, kind)), status, Retry_After="0")
    with pytest.raises(ConnectorError) as told:
        await bench.read()
    assert type(told.value) is error


@pytest.mark.parametrize(("kind", "error"), [("soap:Server", Unavailable), ("soap:Client", Rejected)])
async def test_a_fault_without_a_detail_is_judged_by_whose_it_is(bench: Bench, kind: str, error: type[ConnectorError]) -> None:
    bench.stub.says(envelope(f"<soap:Fault><faultcode>{kind}</faultcode><faultstring>x</faultstring></soap:Fault>"), 500)
    with pytest.raises(error):
        await bench.read()


PAGES: list[tuple[bytes, int, type[ConnectorError]]] = [
    (b"<html><body>502</body></html>", 502, Unavailable),
    (b"<!DOCTYPE html><html></html>", 200, Unavailable),
    (b"<html>", 403, Unavailable),
    (b"", 403, AccessDenied),
    (b"", 401, AuthExpired),
    (b"no such thing", 404, NotFound),
]


@pytest.mark.parametrize(("body", "status", "error"), PAGES)
async def test_a_page_or_a_bare_status_is_no_envelope(bench: Bench, body: bytes, status: int, error: type[ConnectorError]) -> None:
    bench.stub.says(body, status)
    with pytest.raises(ConnectorError) as told:
        await bench.read()
    assert type(told.value) is error


@pytest.mark.parametrize("given", ["", "123", "1122334459", "112233445955", "слово", "112-233-445 9x"])
async def test_what_is_no_snils_is_sent_nowhere(bench: Bench, given: Any) -> None:
    with pytest.raises(Rejected):
        await bench.port.sign_in({"snils": Secret(given)})
    assert bench.stub.asked == []


async def test_a_year_is_asked_in_pieces_and_a_big_answer_is_opened(bench: Bench) -> None:
    bench.stub.lessons = "".join(lesson(Id=str(number), Number=str(number % 8)) for number in range(1500))
    page = await bench.read(window=Window(start=date(2026, 9, 1), end=date(2027, 5, 31)))
    assert len(page.lessons or ()) == 1500
    assert len(bench.stub.asked) == 6, "five pieces and the final marks"


async def test_reading_the_wsdl_takes_nothing_of_the_first_questions_time(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes seconds on a busy machine; the first person after a restart must not be told that the service is silent."""
    clock = [0.0]

    def slow() -> None:
        clock[0] += 60.0

    monkeypatch.setattr(deadline, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    monkeypatch.setattr(wsdl, "prepare", slow)
    bench.stub.lessons = lesson()
    assert len((await bench.read()).lessons or ()) == 1

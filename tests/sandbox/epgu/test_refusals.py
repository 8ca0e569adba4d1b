"""Refusals by status, Faults, hostile XML, faults in the service's own words."""

from __future__ import annotations

import pytest

from sandbox.epgu.state import CALLS_A_MINUTE, State
from sandbox.epgu.wire.errors import FAULTS, REFUSALS, SoapFault
from tests.sandbox.epgu.conftest import Answer, Portal, envelope
from tests.sandbox.stand import NOW

DAYS = {"From": "2026-11-09", "To": "2026-11-14"}


@pytest.mark.parametrize(
    ("operation", "fields", "message", "status", "code"),
    [
        ("GetStudents", {"ApplicantSnils": "000-000-000 00"}, {}, "REJECT", "APPLICANT_NOT_FOUND"),
        ("GetStudents", {"ApplicantSnils": "12"}, {}, "INVALID", "SNILS_FORMAT"),
        ("GetStudents", {"ApplicantSnils": "١٢٣٤٥٦٧٨٩٠١"}, {}, "INVALID", "SNILS_FORMAT"),
        ("GetStudents", {}, {}, "INVALID", "FIELD_MISSING"),
        ("GetDiary", {"StudentId": "999", **DAYS}, {}, "REJECT", "STUDENT_NOT_FOUND"),
        ("GetDiary", {"StudentId": "{child}", "From": "2026-11-09"}, {}, "INVALID", "FIELD_MISSING"),
        ("GetDiary", {"StudentId": "{child}", **DAYS, "From": "09.11.2026"}, {}, "INVALID", "DATE_FORMAT"),
        ("GetDiary", {"StudentId": "{child}", **DAYS, "To": "2026-02-30"}, {}, "INVALID", "DATE_FORMAT"),
        ("GetDiary", {"StudentId": "{child}", **DAYS, "To": "2026-W47-1"}, {}, "INVALID", "DATE_FORMAT"),
        ("GetDiary", {"StudentId": "{child}", "From": "2026-11-14", "To": "2026-11-09"}, {}, "INVALID", "DATE_ORDER"),
        ("GetDiary", {"StudentId": "{child}", "From": "2025-01-01", "To": "2026-11-09"}, {}, "INVALID", "DATE_RANGE"),
        ("GetFinalMarks", {"StudentId": "{child}", "Period": "5 четверть"}, {}, "REJECT", "PERIOD_NOT_FOUND"),
        ("GetTimetable", {"StudentId": "{child}", "Date": "завтра"}, {}, "INVALID", "DATE_FORMAT"),
        ("GetStudents", {"ApplicantSnils": "{snils}"}, {"Status": "RESULT"}, "INVALID", "STATUS_UNKNOWN"),
        ("GetStudents", {"ApplicantSnils": "{snils}"}, {"Date": "вчера"}, "INVALID", "DATE_FORMAT"),
        ("GetStudents", {"ApplicantSnils": "{snils}"}, {"Sender": ""}, "INVALID", "FIELD_MISSING"),
        ("GetStudents", {"ApplicantSnils": "{snils}"}, {"TypeCode": ""}, "INVALID", "FIELD_MISSING"),
    ],
)
async def test_a_refusal_has_its_status_and_code(
    portal: Portal, operation: str, fields: dict[str, str], message: dict[str, str], status: str, code: str
) -> None:
    filled = {name: value.format(child=portal.child_id, snils=portal.snils) for name, value in fields.items()}
    answer = await portal.call(operation, message, **filled)
    assert (answer.http.status_code, answer.status, answer.code) == (200, status, code)
    assert answer.data is not None and len(answer.data) == 1


async def test_anothers_child_is_refused_as_one_that_is_not_there(portal: Portal) -> None:
    stranger = next(
        who for who in portal.stand.town.people.values() if who.role == "parent" and who.snils and who.id != portal.stand.parent.id
    )
    bodies = [
        (await portal.call("GetDiary", StudentId=number, ApplicantSnils=stranger.snils, **DAYS)).http.content
        for number in (portal.child_id, "999")
    ]
    assert bodies[0] == bodies[1] and b"STUDENT_NOT_FOUND" in bodies[0]


async def test_a_withdrawn_consent_ends_everything_until_it_is_given_again(portal: Portal) -> None:
    town = portal.stand.town
    for who in town.guardians_of(portal.stand.child.id):
        await portal.stand.control("epgu/consents", {"snils": who.snils, "given": False})
    for operation, fields in (("GetStudents", {"ApplicantSnils": portal.snils}), ("GetDiary", {"StudentId": portal.child_id, **DAYS})):
        assert (await portal.call(operation, **fields)).code == "CONSENT_ENDED"
    await portal.stand.control("epgu/consents", {"snils": portal.snils, "given": True})
    assert (await portal.call("GetStudents", ApplicantSnils=portal.snils)).status == "RESULT"


async def test_the_applicant_may_be_required_everywhere(portal: Portal) -> None:
    await portal.stand.control("epgu/switches", {"applicant_required": True})
    assert (await portal.call("GetDiary", StudentId=portal.child_id, **DAYS)).code == "FIELD_MISSING"
    assert (await portal.call("GetDiary", StudentId=portal.child_id, ApplicantSnils=portal.snils, **DAYS)).status == "RESULT"


def broken(portal: Portal) -> list[tuple[str | bytes, dict[str, str], str, str]]:
    """(body, headers, faultcode, code)."""
    good = envelope("GetStudents", {"ApplicantSnils": portal.snils})
    understood = '<soap:Header><x:Strange xmlns:x="urn:x" soap:mustUnderstand="1"/></soap:Header>'
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]>' + good.replace(portal.snils, "&c;")
    outside = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + good.replace(portal.snils, "&x;")
    deep = good.replace("<s:AppData>", "<s:AppData>" + "<e:a>" * 40).replace("</s:AppData>", "</e:a>" * 40 + "</s:AppData>")
    return [
        ("", {}, "Client", "NOT_XML"),
        (good[:-3], {}, "Client", "NOT_XML"),
        ('{"json": 1}', {}, "Client", "NOT_XML"),
        (bomb, {}, "Client", "NOT_XML"),
        (outside, {}, "Client", "NOT_XML"),
        ("<!DOCTYPE a>" + good, {}, "Client", "NOT_XML"),
        ("<?php x?>" + good, {}, "Client", "NOT_XML"),
        (deep, {}, "Client", "NOT_XML"),
        (good, {"Content_Type": "text/xml; charset=no-such"}, "Client", "NOT_XML"),
        (good.replace("<s:AppData>", "<s:AppData>" + " " * 270_000), {}, "Client", "TOO_LARGE"),
        (good.replace("urn:school-hub:epgu:1", "urn:other"), {}, "Client", "WRONG_NAMESPACE"),
        (good.replace("rev120315", "rev111111"), {}, "Client", "WRONG_NAMESPACE"),
        (good.replace("e:ApplicantSnils", "s:ApplicantSnils"), {}, "Client", "WRONG_NAMESPACE"),
        (good.replace("s:AppData", "s:AppDocument"), {}, "Client", "WRONG_ENVELOPE"),
        ("<Envelope/>", {}, "Client", "WRONG_ENVELOPE"),
        (good.replace("soap:Body", "soap:Bo"), {}, "Client", "WRONG_ENVELOPE"),
        (envelope("GetSecrets", {}), {}, "Client", "UNKNOWN_OPERATION"),
        (good, {"SOAPAction": '"urn:school-hub:epgu:1#GetDiary"'}, "Client", "WRONG_ACTION"),
        (
            good.replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"),
            {},
            "VersionMismatch",
            "WRONG_VERSION",
        ),
        (good, {"Content_Type": "application/soap+xml"}, "VersionMismatch", "WRONG_VERSION"),
        (envelope("GetStudents", {}, header=understood), {}, "MustUnderstand", "NOT_UNDERSTOOD"),
    ]


async def test_a_broken_or_hostile_envelope_is_a_fault(portal: Portal) -> None:
    for body, headers, faultcode, code in broken(portal):
        answer = Answer(await portal.send(body, **headers))
        assert (answer.http.status_code, answer.faultcode, answer.code) == (500, f"soap:{faultcode}", code), body[:200]
        assert b"root:" not in answer.http.content


@pytest.mark.parametrize("action", [None, "", '""', "urn:school-hub:epgu:1#GetStudents"])
async def test_an_action_may_be_missing_empty_or_without_quotes(portal: Portal, action: str | None) -> None:
    headers = {} if action is None else {"SOAPAction": action}
    answer = Answer(await portal.send(envelope("GetStudents", {"ApplicantSnils": portal.snils}), **headers))
    assert answer.status == "RESULT"


async def test_another_encoding_and_a_signature_for_smev_are_read(portal: Portal) -> None:
    security = (
        '<soap:Header><w:Security xmlns:w="urn:w" soap:mustUnderstand="1" soap:actor="http://smev.gosuslugi.ru/actors/smev"/></soap:Header>'
    )
    body = envelope("GetStudents", {"ApplicantSnils": portal.snils}, header=security)
    answer = Answer(await portal.send(body.encode("cp1251"), Content_Type="text/xml; charset=windows-1251"))
    assert answer.status == "RESULT"
    assert (await portal.stand.log())[-1]["verdicts"] == {"operation": "GetStudents", "signature": "not checked"}


async def test_other_methods_and_types_are_no_soap(portal: Portal) -> None:
    http = portal.stand.http
    assert (await http.put("/epgu")).status_code == 405
    assert (await http.post("/epgu", json={})).status_code == 415
    assert "WSDL" in (await http.get("/epgu")).text


@pytest.mark.parametrize("query", ["wsdl", "WSDL", "wsdl=1"])
async def test_the_wsdl_names_the_address_that_was_asked(portal: Portal, query: str) -> None:
    answer = await portal.stand.http.get(f"/epgu?{query}")
    assert answer.headers["content-type"].startswith("text/xml")
    assert 'location="http://localhost:9000/epgu"' in answer.text and "{address}" not in answer.text


async def test_the_request_log_shows_no_snils(portal: Portal) -> None:
    await portal.call("GetStudents", ApplicantSnils=portal.snils)
    await portal.send(
        envelope("GetStudents", {}).replace("<s:AppData>", f"<s:AppData><e:ApplicantSnils><![CDATA[{portal.snils}]]></e:ApplicantSnils>")
    )
    shown = [record["body"] for record in await portal.stand.log()]
    assert portal.snils not in str(shown) and all("<e:ApplicantSnils>***</e:ApplicantSnils>" in body for body in shown)


@pytest.mark.parametrize("code", sorted(REFUSALS) + sorted(FAULTS) + ["E-1"])
async def test_an_error_fault_answers_its_code(portal: Portal, code: str) -> None:
    await portal.stand.fault("error", value=code)
    answer = await portal.call("GetStudents", ApplicantSnils=portal.snils)
    assert answer.code == (code if code != "E-1" else "INTERNAL")
    assert answer.http.status_code == (FAULTS[code][0] if code in FAULTS else 200)


async def test_an_expired_consent_and_a_rate_limit_may_be_switched_on(portal: Portal) -> None:
    await portal.stand.fault("auth_expired", times=1)
    assert (await portal.call("GetDiary", StudentId=portal.child_id, **DAYS)).code == "CONSENT_ENDED"
    await portal.stand.fault("rate_limit", value=7, times=1)
    limited = await portal.call("GetStudents", ApplicantSnils=portal.snils)
    assert (limited.http.status_code, limited.http.headers["retry-after"], limited.faultcode) == (429, "7", "soap:Server")


async def test_drift_renames_elements_of_answers_but_not_the_wsdl(portal: Portal) -> None:
    before = (await portal.stand.http.get("/epgu?wsdl")).text
    await portal.stand.fault("drift")
    answer = await portal.call("GetStudents", ApplicantSnils=portal.snils)
    assert answer.status == "RESULT" and b"<epgu:Id_v2>" in answer.http.content and b"<epgu:Id>" not in answer.http.content
    assert (await portal.stand.http.get("/epgu?wsdl")).text == before


@pytest.mark.parametrize(("body", "status"), [({"snils": "1", "given": True}, 404), ({"given": True}, 404), ({"snils": "{snils}"}, 400)])
async def test_a_senseless_consent_call_is_refused(portal: Portal, body: dict[str, str], status: int) -> None:
    filled = {name: portal.snils if value == "{snils}" else value for name, value in body.items()}
    assert (await portal.stand.http.post("/_sandbox/epgu/consents", json=filled)).status_code == status


def test_too_many_calls_of_one_sender_wait() -> None:
    state = State()
    for _ in range(CALLS_A_MINUTE):
        state.count("A", NOW)
    state.count("B", NOW)
    with pytest.raises(SoapFault, match="RATE_LIMIT"):
        state.count("A", NOW)

"""What «Моя школа» refuses: every code as one of the eight, with its own name and what is there now."""

from __future__ import annotations

from typing import Any

import pytest

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
from connectors.kit.school_joining import RequestState, current_bundle, current_request, reason_of
from tests.unit.my_school.stub import APPLICATION, OID, Bench, bundle, me, office_request, refusal

CODES: list[tuple[int, str, type[ConnectorError]]] = [
    (400, "malformed", Rejected),
    (401, "token_missing", AuthExpired),
    (401, "token_expired", AuthExpired),
    *((403, code, AccessDenied) for code in ("consent_missing", "level_too_low", "profile_missing", "wrong_profile")),
    *((403, code, AccessDenied) for code in ("own_request", "office_only", "system_only")),
    *((403, code, Rejected) for code in ("too_young", "pupil_acts_alone")),
    *((404, code, NotFound) for code in ("not_found", "person_unknown", "school_unknown")),
    (405, "method_unknown", Rejected),
    *((409, code, Rejected) for code in ("profile_exists", "already_decided", "withdrawn", "expired", "not_draft", "not_closed")),
    (412, "version_changed", Rejected),
    *(
        (422, code, Rejected)
        for code in ("child_unknown", "certificate_missing", "school_year", "terms_changed", "reason_missing", "value")
    ),
    (428, "version_missing", Rejected),
    (500, "internal", Unavailable),
    (503, "maintenance", Unavailable),
    (409, "of_tomorrow", Rejected),
    (500, "of_tomorrow", Unavailable),
]


@pytest.mark.parametrize(("status", "code", "error"), CODES)
async def test_every_code_is_one_of_the_eight_and_keeps_its_name(bench: Bench, status: int, code: str, error: type[ConnectorError]) -> None:
    bench.stub.says(refusal(code, field="class"), status)
    with pytest.raises(ConnectorError) as told:
        await bench.port.create(OID, APPLICATION, submit=True)
    assert type(told.value) is error
    assert reason_of(told.value) == code
    if error is not AuthExpired:
        assert told.value.text == "Причина словами"
    if isinstance(told.value, Rejected):
        assert told.value.field == "class"


async def test_too_many_says_how_long_to_wait(bench: Bench) -> None:
    bench.stub.says(refusal("too_many"), 429, Retry_After="7")
    with pytest.raises(RateLimited) as told:
        await bench.port.profile(OID)
    assert (told.value.after_s, reason_of(told.value)) == (7.0, "too_many")


PLAIN: list[tuple[Any, int, type[ConnectorError]]] = [
    (b"", 401, AuthExpired),
    (b"", 403, AccessDenied),
    (b"{}", 404, NotFound),
    (b"", 418, Drifted),
    (b"", 302, Drifted),
    (b"<html>", 200, Unavailable),
    (b"<html>", 403, Unavailable),
    (b"[]", 200, Drifted),
    (b'{"ok": true, "trace": ""}', 200, Drifted),
    (b"\xff", 200, Drifted),
    (b"[" * 100_000, 200, Drifted),
    ({"ok": False, "trace": "", "data": me()}, 200, Drifted),
]


@pytest.mark.parametrize(("body", "status", "error"), PLAIN)
async def test_an_answer_without_the_envelope_is_one_of_the_eight(
    bench: Bench, body: Any, status: int, error: type[ConnectorError]
) -> None:
    bench.stub.says(body, status)
    with pytest.raises(ConnectorError) as told:
        await bench.port.profile(OID)
    assert type(told.value) is error


@pytest.mark.rule("B2")
@pytest.mark.parametrize("code", ["already_decided", "withdrawn", "expired", "version_changed"])
async def test_a_refusal_brings_what_is_there_now(bench: Bench, code: str) -> None:
    bench.stub.says(refusal(code, current=bundle(state="withdrawn", version=5)), 409)
    with pytest.raises(Rejected) as told:
        await bench.port.withdraw(OID, "b-1")
    now = current_bundle(told.value)
    assert now is not None
    assert (now.version, str(now.state)) == (5, "withdrawn")
    bench.stub.says(refusal(code, current=office_request(state="withdrawn", version=3)), 409)
    with pytest.raises(Rejected) as told:
        await bench.port.approve(OID, "r-1", version=2)
    held = current_request(told.value)
    assert held is not None
    assert (held.version, held.state, current_bundle(told.value)) == (3, RequestState.WITHDRAWN, None)


@pytest.mark.parametrize("current", [{"id": "b-1"}, "text", bundle(applicant={"oid": "77", "level": "confirmed"})])
async def test_what_is_there_now_is_not_guessed_where_it_cannot_be_read(bench: Bench, current: Any) -> None:
    bench.stub.says(refusal("already_decided", current=current), 409)
    with pytest.raises(Rejected) as told:
        await bench.port.withdraw(OID, "b-1")
    assert (told.value.reason, current_bundle(told.value)) == ("already_decided", None)

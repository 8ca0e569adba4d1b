"""The person behind a token: what is read, side by side, and what happens when a part does not come."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, date, datetime

import httpx
import pytest

from connectors.kit.errors import AuthExpired, ConnectorError, Drifted, TimedOut, Unavailable
from identity.claims import ChildClaim, Claims, Contact, Level, Snils
from tests.unit.esia.material import STATE
from tests.unit.esia.stub import KIDS, OID, PERSON, REST, Stub, collection, id_token
from tests.unit.kit.forge import NOW, at, claims, token


async def test_a_parent_comes_back_as_one_record(stub: Stub) -> None:
    assert await stub.finish() == Claims(
        system="esia",
        subject=OID,
        level=Level.CONFIRMED,
        last_name="Соколова",
        first_name="Анна",
        middle_name="Сергеевна",
        birth_date=date(1988, 3, 12),
        sex="F",
        snils=Snils("00000060006"),
        phones=(Contact(value="+79262464800", verified=True),),
        emails=(Contact(value="anna@example.org", verified=False),),
        children=(
            ChildClaim(
                source_id="501",
                last_name="Соколов",
                first_name="Михаил",
                middle_name="Ильич",
                birth_date=date(2014, 6, 18),
                snils=Snils("11223344595"),
                sex="M",
            ),
        ),
        auth_time=datetime.fromtimestamp(at(), UTC),
        provider_session="2cdd3b1e-9b0a-4c52-9d1c-1c33c5d1a3e9",
    )


async def test_only_person_contacts_and_children_are_read(stub: Stub) -> None:
    await stub.finish()
    assert stub.read == [f"/rs/prns/{OID}", f"/rs/prns/{OID}/ctts?embed=(elements)", f"/rs/prns/{OID}/kids?embed=(elements)"]
    assert all(one.headers["authorization"] == f"Bearer {stub.access}" for one in stub.seen if one.method == "GET")


async def test_the_three_reads_run_side_by_side(stub: Stub) -> None:
    arrived = 0
    everyone = asyncio.Event()
    answer = stub._rest

    async def wait_for_the_others(request: httpx.Request) -> httpx.Response:
        nonlocal arrived
        arrived += 1
        if arrived == 3:
            everyone.set()
        await asyncio.wait_for(everyone.wait(), 5)
        return answer(request)

    stub.router.get(url__regex=REST).mock(side_effect=wait_for_the_others)
    assert await stub.finish()


async def test_inner_names_of_the_subject_may_be_short(stub: Stub) -> None:
    stub.id_token = id_token(**{"urn:esia:sbj": {"typ": "P", "is_tru": True, "oid": int(OID), "nam": f"OID.{OID}"}})
    assert (await stub.finish()).level is Level.CONFIRMED


@pytest.mark.parametrize("status", [403, 404])
async def test_contacts_that_may_not_be_read_are_no_reason_to_refuse_the_parent(stub: Stub, status: int) -> None:
    stub.replies[f"/rs/prns/{OID}/ctts"] = httpx.Response(status, json={"code": "ESIA-005029", "message": "x"} if status == 403 else {})
    told = await stub.finish()
    assert (told.phones, told.emails) == ((), ())


@pytest.mark.rule("A2")
@pytest.mark.parametrize("status", [403, 404])
async def test_children_that_may_not_be_read_are_unknown(stub: Stub, status: int) -> None:
    stub.replies[f"/rs/prns/{OID}/kids"] = httpx.Response(status, json=[{"code": "ESIA-005029", "message": "x"}] if status == 403 else {})
    assert (await stub.finish()).children is None


@pytest.mark.rule("A2")
async def test_no_children_is_what_only_gosuslugi_says(stub: Stub) -> None:
    stub.kids = collection([])
    assert (await stub.finish()).children == ()


async def test_children_that_fail_to_come_end_the_sign_in_instead_of_vanishing(stub: Stub) -> None:
    stub.replies[f"/rs/prns/{OID}/kids"] = httpx.Response(500)
    with pytest.raises(Unavailable):
        await stub.finish()


async def test_without_the_childrens_scopes_they_are_not_asked_for(stub: Stub) -> None:
    told = await stub.finish(port=stub.port(SCOPE="openid fullname snils"))
    assert told.children is None
    assert stub.read == [f"/rs/prns/{OID}"]


async def test_elements_given_as_addresses_are_read_below_our_own_base(stub: Stub) -> None:
    stub.kids = collection([f"https://evil.example/rs/prns/{OID}/kids/501"])
    stub.replies[f"/rs/prns/{OID}/kids/501"] = httpx.Response(200, json=KIDS[0])
    told = await stub.finish()
    assert told.children is not None
    assert told.children[0].first_name == "Михаил"
    assert {request.url.host for request in stub.seen} == {"localhost"}


@pytest.mark.rule("C8")
@pytest.mark.parametrize("address", ["https://x/kids/..", "https://x/kids/a%2Fb", "", "https://x/?a=b"])
async def test_an_address_that_names_nothing_is_drifted(stub: Stub, address: str) -> None:
    stub.kids = collection([address])
    with pytest.raises(Drifted):
        await stub.finish()


@pytest.mark.rule("C8")
async def test_an_endless_list_of_children_is_drifted(stub: Stub) -> None:
    stub.kids = collection([{**KIDS[0], "id": number} for number in range(31)])
    with pytest.raises(Drifted):
        await stub.finish()


@pytest.mark.parametrize(
    "broken",
    [
        {"lastName": None}, {"firstName": None}, {"birthDate": "1988-03-12"}, {"birthDate": "31.02.1988"}, {"birthDate": 1},
        {"trusted": "maybe"},
        {"oid": {}},
    ],
)  # fmt: skip
async def test_a_person_of_another_shape_is_drifted(stub: Stub, broken: dict[str, object]) -> None:
    stub.person = {**PERSON, **broken}
    with pytest.raises(Drifted) as caught:
        await stub.finish()
    assert caught.value.text


async def test_the_first_failure_ends_the_other_reads(stub: Stub) -> None:
    cancelled = asyncio.Event()

    async def hang(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/kids"):
            return httpx.Response(401, json={"code": "ESIA-005011", "message": "SecurityErrorEnum.invalidToken"})
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()
        raise AssertionError

    stub.router.get(url__regex=REST).mock(side_effect=hang)
    with pytest.raises(AuthExpired):
        await stub.finish()
    assert cancelled.is_set()


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (httpx.ConnectError("x"), Unavailable),
        (httpx.ReadTimeout("x"), TimedOut),
        (httpx.Response(503), Unavailable),
        (httpx.Response(302), Drifted),
    ],
)
@pytest.mark.parametrize("where", ["te", f"/rs/prns/{OID}"])
async def test_silence_has_a_sentence_too(stub: Stub, reply: httpx.Response | Exception, error: type[ConnectorError], where: str) -> None:
    stub.replies[where] = reply
    with pytest.raises(error) as caught:
        await stub.finish()
    assert caught.value.text


async def test_reads_are_repeated(stub: Stub) -> None:
    answers = iter([httpx.Response(503)])

    def flaky(request: httpx.Request) -> httpx.Response:
        return next(answers, None) or stub._rest(request)

    stub.router.get(url__regex=REST).mock(side_effect=flaky)
    assert await stub.finish()


@pytest.mark.security("32")
async def test_no_code_token_or_snils_reaches_the_log(stub: Stub, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        told = await stub.finish({"code": "s3cret-code", "state": STATE})
        logging.getLogger("hub.test").info("%r", told)
    assert "hub.calls" in {record.name for record in caplog.records}
    text = caplog.text.replace(f"subject='{OID}'", "")
    for secret in ("s3cret-code", stub.access, OID, "000-000-600", "00000060006", "Соколова", "9262464800"):
        assert secret not in text


async def test_a_claims_time_is_the_tokens(stub: Stub) -> None:
    stub.id_token = token(claims(auth_time=at(-7200)))
    told = await stub.finish()
    assert told.auth_time is not None
    assert (NOW - told.auth_time).total_seconds() == 7200
    stub.id_token = token(claims(auth_time=None))
    assert (await stub.finish()).auth_time is None

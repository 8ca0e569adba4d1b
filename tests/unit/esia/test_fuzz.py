"""Whatever Gosuslugi answers, a sign-in ends with claims or with one of the eight errors and a sentence."""

from __future__ import annotations

from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.kit.errors import ConnectorError
from identity.claims import Claims
from tests.unit.esia.material import STATE, Material
from tests.unit.esia.stub import CONTACTS, KIDS, OID, PERSON, Stub, collection, id_token

VALUE = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=20) | st.lists(st.integers(), max_size=2)
VALUE |= st.sampled_from(["\ud800", "01.01.0000", "\x00", "+7", "@", "99.99.9999", {}, {"a": {}}, 1.5, "000-000-000 00"])
INNER = ["urn:esia:sbj:oid", "oid", "is_tru", "urn:esia:sbj:is_tru"]
STATUSES = [200, 204, 302, 400, 401, 403, 404, 409, 429, 500, 503]
QUIET = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def some_of(whole: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    changes = st.dictionaries(st.sampled_from(sorted(whole)), VALUE, min_size=1, max_size=3)
    return changes.map(lambda changed: {**whole, **changed})


async def ends_well(stub: Stub, params: dict[str, str] | None = None) -> None:
    try:
        assert isinstance(await stub.finish(params), Claims)
    except ConnectorError as error:
        assert error.text


@QUIET
@given(person=some_of(PERSON), contact=some_of(CONTACTS[0]), kid=some_of(KIDS[0]))
async def test_any_field_of_any_record(material: Material, person: dict[str, Any], contact: dict[str, Any], kid: dict[str, Any]) -> None:
    await ends_well(Stub(material=material, person=person, contacts=collection([contact]), kids=collection([kid])))


@QUIET
@given(
    sbj=VALUE | st.dictionaries(st.sampled_from(["urn:esia:sbj:oid", "oid", "is_tru", "urn:esia:sbj:is_tru"]), VALUE), sid=VALUE, when=VALUE
)
async def test_any_field_of_the_token(material: Material, sbj: Any, sid: Any, when: Any) -> None:
    stub = Stub(material=material, id_token=id_token(**{"urn:esia:sbj": sbj, "urn:esia:sid": sid, "auth_time": when}))
    await ends_well(stub)


@QUIET
@given(changes=st.dictionaries(st.sampled_from(["access_token", "id_token", "state", "token_type", "expires_in"]), VALUE, min_size=1))
async def test_any_field_of_the_token_answer(material: Material, changes: dict[str, Any]) -> None:
    await ends_well(Stub(material=material, token_changes={name: value for name, value in changes.items() if value is not None}))


@QUIET
@given(
    body=st.binary(max_size=40),
    status=st.sampled_from([200, 204, 302, 400, 401, 403, 404, 409, 429, 500, 503]),
    where=st.sampled_from(["te", f"/rs/prns/{OID}"]),
)
async def test_any_bytes_with_any_status(material: Material, body: bytes, status: int, where: str) -> None:
    await ends_well(Stub(material=material, replies={where: httpx.Response(status, content=body)}))


@QUIET
@given(st.dictionaries(st.sampled_from(["code", "error", "error_description", "iss", "state"]), st.text(max_size=30), max_size=5))
async def test_any_callback(material: Material, params: dict[str, str]) -> None:
    await ends_well(Stub(material=material), {"state": STATE, **params})

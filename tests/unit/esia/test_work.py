"""Where somebody works is asked for at the office's door alone, with a wider scope that both requests carry (facts/esia.md 1.5)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from connectors.kit.errors import Drifted
from connectors.kit.ports import Arrival, AskingWork
from identity.claims import Claims, WorkClaim
from tests.unit.esia.material import BACK, STATE, query
from tests.unit.esia.stub import OID, Stub, collection

ROLES = f"/rs/prns/{OID}/roles"
SCHOOL: dict[str, Any] = {
    "oid": 1000000001,
    "prnOid": int(OID),
    "fullName": "Школа",
    "ogrn": "1027700000001",
    "chief": False,
    "admin": True,
}


async def at_work(stub: Stub) -> Claims:
    port = stub.port()
    assert isinstance(port, AskingWork)
    left = await port.begin_at_work(state=STATE, redirect_uri=BACK)
    assert query(left.url)["scope"].split()[-1] == "usr_org"
    keep = {**left.keep, "nonce": "n-1"}
    return await port.finish(Arrival(params={"code": "c0de", "state": STATE}, keep=keep, state=STATE, redirect_uri=BACK))


async def test_a_family_is_never_asked_where_it_works(stub: Stub) -> None:
    found = await stub.finish()
    assert found.work is None
    assert ROLES not in "".join(stub.read) and "usr_org" not in stub.form["scope"]


async def test_the_schools_head_and_administrator_are_told_and_who_left_is_not(stub: Stub) -> None:
    stub.roles = collection(
        [SCHOOL, SCHOOL | {"ogrn": "1027700000002", "chief": True, "admin": False}, SCHOOL | {"active": False}, SCHOOL | {"ogrn": None}]
    )
    found = await at_work(stub)
    assert found.work == (
        WorkClaim(ogrn="1027700000001", is_administrator=True),
        WorkClaim(ogrn="1027700000002", is_head=True),
    )
    assert "usr_org" in stub.form["scope"], "the exchange names what was asked for"


@pytest.mark.parametrize("status", [403, 404])
async def test_a_refusal_to_tell_is_no_refusal_of_the_sign_in(stub: Stub, status: int) -> None:
    stub.replies[ROLES] = httpx.Response(status, json=[{"code": "ESIA-005029", "message": "x"}] if status == 403 else {})
    assert (await at_work(stub)).work is None


async def test_an_answer_of_another_shape_is_drift(stub: Stub) -> None:
    stub.roles = collection([SCHOOL | {"chief": "yes"}])
    with pytest.raises(Drifted):
        await at_work(stub)

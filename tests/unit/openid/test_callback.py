"""What the browser brings back: to this flow, of this provider, or refused."""

from __future__ import annotations

import httpx
import pytest

from connectors.kit.errors import AccessDenied, ConnectorError, Rejected, Unavailable
from connectors.kit.ports import Arrival
from tests.unit.openid.stub import ISSUER, STATE, Provider


async def why(op: Provider, **params: str | None) -> str:
    with pytest.raises(Rejected) as told:
        await op.finish(params=params)
    assert told.value.text
    assert not op.asked("/token"), "the code was used"
    return told.value.reason


@pytest.mark.security("7")
@pytest.mark.parametrize("state", ["another", "", None])
async def test_an_answer_to_another_flow_is_refused(op: Provider, state: str | None) -> None:
    assert await why(op, state=state) == "state"


@pytest.mark.security("5")
@pytest.mark.parametrize("iss", ["https://evil.example/op", f"{ISSUER}/", ISSUER.upper(), ""])
async def test_an_answer_of_another_issuer_is_refused_announced_or_not(op: Provider, iss: str) -> None:
    assert await why(op, iss=iss) == "iss"
    other = Provider(metadata={"authorization_response_iss_parameter_supported": None})
    assert await why(other, iss=iss) == "iss"


@pytest.mark.security("5")
async def test_an_announced_issuer_must_come_along_also_with_an_error(op: Provider) -> None:
    assert await why(op, iss=None) == "iss_missing"
    assert await why(op, iss=None, code=None, error="access_denied") == "iss_missing"
    assert await why(op, iss="https://evil.example/op", code=None, error="access_denied") == "iss"


@pytest.mark.security("5")
async def test_a_provider_that_announces_no_issuer_may_leave_it_out(op: Provider) -> None:
    op.metadata["authorization_response_iss_parameter_supported"] = None
    assert await op.finish(params={"iss": None})


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("access_denied", AccessDenied),
        ("login_required", Rejected),
        ("invalid_request", Rejected),
        ("unauthorized_client", Rejected),
        ("server_error", Unavailable),
        ("temporarily_unavailable", Unavailable),
        ("<script>", Rejected),
    ],
)
async def test_a_refusal_is_one_of_the_eight_with_a_sentence(op: Provider, error: str, kind: type[ConnectorError]) -> None:
    with pytest.raises(kind) as told:
        await op.finish(params={"code": None, "error": error, "error_description": "<b>anybody may have written this</b>"})
    assert told.value.text
    assert "<" not in str(told.value)
    assert not op.asked("/token")


@pytest.mark.parametrize(("code", "reason"), [(None, "no_code"), ("", "no_code"), ("x" * 9000, "code"), ("ко\nд", "code")])
async def test_a_code_that_is_none_is_refused(op: Provider, code: str | None, reason: str) -> None:
    assert await why(op, code=code) == reason


@pytest.mark.security("6")
@pytest.mark.parametrize("changed", [{"issuer": "https://other.example"}, {"nonce": ""}, {"verifier": ""}])
async def test_a_flow_that_began_elsewhere_is_refused(op: Provider, changed: dict[str, str]) -> None:
    port = op.port()
    departure = await op.leave(port)
    params = {"code": "c0de", "state": STATE, "iss": ISSUER}
    for keep in ({**departure.keep, **changed}, {name: departure.keep[name] for name in departure.keep if name not in changed}):
        with pytest.raises(Rejected) as told:
            await port.finish(Arrival(params=params, keep=keep, state=STATE, redirect_uri=op.back))
        assert told.value.reason == "flow"
    assert not op.asked("/token")


@pytest.mark.security("6")
async def test_an_attacker_among_the_providers_gets_no_code_of_an_honest_one() -> None:
    """RFC 9700 4.4: the attacker's description sends the browser to the honest provider, and hopes for its code."""
    honest = Provider(name="mosru")
    attacker = Provider(name="bankid", issuer="https://evil.example/op")
    attacker.metadata["authorization_endpoint"] = honest.description["authorization_endpoint"]
    port = attacker.port()
    departure = await attacker.leave(port)
    assert httpx.URL(departure.url).host == "id.example.ru"
    assert httpx.URL(departure.url).params["redirect_uri"].endswith("/auth/bankid/return"), "which the honest one never registered"
    params = {"code": "honest-code", "state": STATE, "iss": honest.issuer}
    with pytest.raises(Rejected) as told:
        await port.finish(Arrival(params=params, keep=departure.keep, state=STATE, redirect_uri=attacker.back))
    assert told.value.reason == "iss"
    assert not attacker.asked("/token")


@pytest.mark.security("6")
async def test_a_token_of_one_provider_is_worth_nothing_at_the_other() -> None:
    honest = Provider(name="mosru")
    attacker = Provider(name="bankid", issuer="https://evil.example/op", key="evil")
    port = attacker.port()
    departure = await attacker.leave(port)
    honest.departure = departure
    attacker.id_token = honest.token_answer()["id_token"]
    with pytest.raises(Rejected) as told:
        await port.finish(
            Arrival(
                params={"code": "c", "state": STATE, "iss": attacker.issuer}, keep=departure.keep, state=STATE, redirect_uri=attacker.back
            )
        )
    assert told.value.reason == "token_key"


@pytest.mark.security("26")
async def test_the_same_subject_at_two_issuers_is_two_accounts() -> None:
    one, other = await Provider().finish(), await Provider(issuer="https://other.example").finish()
    assert one.subject == other.subject
    assert (one.system, one.tenant) != (other.system, other.tenant)

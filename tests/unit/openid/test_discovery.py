"""The provider's description and keys: believed for its own issuer only, kept for a while, asked again seldom, never where it hurts."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from connectors.kit import jose
from connectors.kit.errors import ALL, ConnectorError, Drifted, NotFound, RateLimited, Rejected, TimedOut, Unavailable
from connectors.kit.guard import Guarded
from connectors.kit.ports import Arrival
from connectors.kit.registry import OPEN_MAX_BODY
from connectors.openid import discovery
from tests.unit.openid.stub import ISSUER, STATE, Provider, published, signed

WELL_KNOWN = "/.well-known/openid-configuration"


async def refused(op: Provider) -> ConnectorError:
    with pytest.raises(ConnectorError) as told:
        await op.finish()
    assert type(told.value) in ALL
    assert told.value.system == "mosru"
    assert told.value.text
    return told.value


@pytest.mark.security("19")
@pytest.mark.parametrize("issuer", ["https://evil.example/op", f"{ISSUER}/", ISSUER.upper(), "https://id.example.ru", ""])
async def test_a_description_of_another_issuer_is_refused(op: Provider, issuer: str) -> None:
    op.metadata["issuer"] = issuer
    error = await refused(op)
    assert isinstance(error, Rejected)
    assert error.reason == "issuer_mismatch"


@pytest.mark.security("19")
@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"])
@pytest.mark.parametrize(
    "address",
    [
        "http://id.example.ru/op/x",
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://10.1.2.3/x",
        "https://192.168.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://[fe80::1]/x",
        "https://0x7f.1/x",
        "https://2130706433/x",
        "https://user:pass@id.example.ru/x",
        "https://id.example.ru/x#y",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "//id.example.ru/x",
        "",
    ],
)
async def test_an_endpoint_inside_our_network_or_without_tls_is_not_asked(op: Provider, name: str, address: str) -> None:
    op.metadata[name] = address
    error = await refused(op)
    assert isinstance(error, Drifted)
    assert error.where == f"$.{name}"
    assert [request.url.path for request in op.seen] == [f"/op{WELL_KNOWN}"]


@pytest.mark.security("19")
@pytest.mark.parametrize("path", [WELL_KNOWN, "/jwks", "/token", "/userinfo"])
async def test_a_redirect_is_not_followed(op: Provider, path: str) -> None:
    op.replies[path] = httpx.Response(302, headers={"Location": f"{ISSUER}/inside"})
    assert isinstance(await refused(op), Drifted)
    assert not op.asked("/inside")


@pytest.mark.security("19")
@pytest.mark.parametrize("path", [WELL_KNOWN, "/jwks", "/token", "/userinfo"])
async def test_an_oversized_answer_is_not_read_to_its_end(op: Provider, path: str) -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        while sent < 64 * 1024 * 1024:
            sent += 65536
            yield b" " * 65536

    op.replies[path] = httpx.Response(200, content=endless())
    assert isinstance(await refused(op), Drifted)
    assert sent <= OPEN_MAX_BODY + 2 * 65536


@pytest.mark.security("19")
@pytest.mark.parametrize("path", [WELL_KNOWN, "/jwks"])
async def test_an_answer_that_never_comes_ends_in_time(op: Provider, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "WITHIN_S", 0.05)

    async def reply(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith(path):
            await asyncio.Event().wait()
        return await op.router.async_handler(request)

    with pytest.raises(TimedOut):
        await op.finish(op.port(transport=httpx.MockTransport(reply)))


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (httpx.Response(404), NotFound),
        (httpx.Response(429, headers={"Retry-After": "60"}), RateLimited),
        (httpx.Response(503), Unavailable),
        (httpx.Response(200, html="<h1>Обслуживание</h1>"), Drifted),
        (httpx.Response(200, json=[]), Drifted),
        (httpx.Response(200, json={"keys": {}}), Drifted),
        (httpx.ConnectError("refused"), Unavailable),
    ],
)
@pytest.mark.parametrize("path", [WELL_KNOWN, "/jwks"])
async def test_a_failing_document_is_one_of_the_eight(
    op: Provider, path: str, reply: httpx.Response | Exception, kind: type[ConnectorError]
) -> None:
    op.replies[path] = reply
    assert isinstance(await refused(op), kind)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (httpx.Response(400, json={"error": "invalid_grant"}), Rejected),
        (httpx.Response(401, json={"error": "invalid_client"}), Rejected),
        (httpx.Response(400, json={"error": {"code": 1}}), Drifted),
        (httpx.Response(503), Unavailable),
        (httpx.Response(200, json={"access_token": "a", "token_type": "Bearer"}), Drifted),
        (httpx.Response(200, json={"access_token": "a", "id_token": "x.y.z", "token_type": "DPoP"}), Drifted),
        (httpx.Response(200, json={"access_token": "a\r\nX: y", "id_token": "x.y.z", "token_type": "Bearer"}), Drifted),
        (httpx.Response(200, json={"access_token": "", "id_token": "x.y.z", "token_type": "Bearer"}), Drifted),
    ],
)
async def test_a_failing_token_answer_is_one_of_the_eight(op: Provider, reply: httpx.Response, kind: type[ConnectorError]) -> None:
    op.replies["/token"] = reply
    assert isinstance(await refused(op), kind)
    assert len(op.asked("/token")) == 1, "a code is sent once"


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (httpx.Response(401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}), "auth_expired"),
        (httpx.Response(403, headers={"WWW-Authenticate": 'Bearer error="insufficient_scope"'}), "access_denied"),
        (httpx.Response(401), "auth_expired"),
        (httpx.Response(200, headers={"Content-Type": "application/jwt"}, content=b"a.b.c"), "drifted"),
        (httpx.Response(200, json=[]), "drifted"),
        (httpx.Response(200, json={"name": "x"}), "drifted"),
        (httpx.Response(200, json={"sub": 7}), "drifted"),
    ],
)
async def test_a_failing_userinfo_is_one_of_the_eight(op: Provider, reply: httpx.Response, code: str) -> None:
    op.replies["/userinfo"] = reply
    assert (await refused(op)).code == code


async def test_the_keys_are_kept_and_nothing_is_looked_up_on_the_way_back(op: Provider) -> None:
    port = op.port()
    for _ in range(5):
        await op.finish(port)
    assert len(op.asked("/jwks")) == 1
    departure, asked = await op.leave(port), len(op.asked(WELL_KNOWN))
    op.replies[WELL_KNOWN] = httpx.Response(503)
    params = {"code": "c0de", "state": STATE, "iss": ISSUER}
    assert await port.finish(Arrival(params=params, keep=departure.keep, state=STATE, redirect_uri=op.back))
    assert len(op.asked(WELL_KNOWN)) == asked


@pytest.mark.security("6")
async def test_a_description_that_changes_on_the_way_changes_nothing(op: Provider) -> None:
    port = op.port()
    departure = await op.leave(port)
    op.metadata = {"token_endpoint": "https://evil.example/token", "jwks_uri": "https://evil.example/jwks"}
    params = {"code": "c0de", "state": STATE, "iss": ISSUER}
    assert await port.finish(Arrival(params=params, keep=departure.keep, state=STATE, redirect_uri=op.back))
    assert all(request.url.host == "id.example.ru" for request in op.seen)


async def test_a_changed_description_counts_for_the_next_sign_in(op: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "SHARE_S", 0.0)
    port = op.port()
    op.metadata["authorization_response_iss_parameter_supported"] = None
    assert await op.finish(port, {"iss": None})
    op.metadata["authorization_response_iss_parameter_supported"] = True
    with pytest.raises(Rejected):
        await op.finish(port, {"iss": None})
    op.metadata["jwks_uri"] = f"{ISSUER}/moved/jwks"
    op.replies["/moved/jwks"] = httpx.Response(200, json={"keys": [published("op-2")]})
    op.key = "op-2"
    assert await op.finish(port)


async def test_many_at_once_ask_once(op: Provider) -> None:
    port = op.port()
    await asyncio.gather(*(op.leave(port) for _ in range(20)))
    assert len(op.asked(WELL_KNOWN)) == 1
    departure = op.departure
    assert departure is not None
    op.id_token = signed(op.told(), key="op-1")
    keys = port._discovery.keys(f"{ISSUER}/jwks")  # type: ignore[attr-defined]  # the port's own keys, asked by twenty
    assert len({id(found) for found in await asyncio.gather(*(keys.keys() for _ in range(20)))}) == 1
    assert len(op.asked("/jwks")) == 1


async def test_a_failed_description_is_asked_again(op: Provider) -> None:
    port = op.port()
    op.replies[WELL_KNOWN] = httpx.Response(404)
    with pytest.raises(NotFound):
        await op.leave(port)
    del op.replies[WELL_KNOWN]
    assert await op.finish(port)


@pytest.mark.security("19")
async def test_a_name_that_resolves_into_our_network_is_not_asked(op: Provider) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["10.0.0.5"]

    network = Guarded("mosru", inner=lambda: httpx.MockTransport(op.router.async_handler), resolve=resolve)
    with pytest.raises(Rejected) as told:
        await op.finish(op.port(transport=network))
    assert (told.value.reason, op.seen) == ("address_refused", [])
    assert told.value.text


@pytest.mark.security("19")
@pytest.mark.parametrize("issuer", ["http://localhost:9000/op", "http://127.0.0.1:9000/op", "http://[::1]:9000/op"])
async def test_the_demo_takes_http_on_loopback_only(issuer: str) -> None:
    op = Provider(issuer=issuer)
    assert await op.finish(op.port(demo=True))
    with pytest.raises(ValueError, match="HUB_OIDC_MOSRU_ISSUER must be https"):
        op.port()
    with pytest.raises(ValueError, match="HUB_OIDC_MOSRU_ISSUER must be https"):
        Provider(issuer="http://id.example.ru/op").port(demo=True)


@pytest.mark.parametrize(("name", "value"), [("CLIENT_ID", ""), ("CLIENT_SECRET", "")])
def test_a_setting_that_cannot_work_is_named(op: Provider, name: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"HUB_OIDC_MOSRU_{name} is empty"):
        op.port(options={name: value})


@pytest.mark.parametrize("algorithm", sorted(jose.ALGORITHMS))
def test_every_algorithm_of_the_settings_has_its_keys(algorithm: str) -> None:
    kind, curve = jose.ALGORITHMS[algorithm]
    assert (kind, bool(curve)) in {("RSA", False), ("EC", True)}

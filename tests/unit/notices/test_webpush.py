"""Pushes: only an id leaves, encrypted for one browser and signed for its service; nothing but a push service is ever asked."""

from __future__ import annotations

import json
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwt
from joserfc.jwk import ECKey

from connectors.kit.channel import Delivery, Gone, PushChannel, nothing_sent
from connectors.kit.config import BadSetting, ConnectorConfig
from connectors.kit.errors import AccessDenied, ConnectorError, Drifted, RateLimited, Rejected, TimedOut, Unavailable
from connectors.kit.registry import connect
from connectors.kit.secret import Secret

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
RFC = json.loads((Path(__file__).parents[2] / "wire" / "webpush" / "rfc8291.json").read_text("utf-8"))
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"
Answer = Callable[[httpx.Request], httpx.Response]


def raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def address(endpoint: str = ENDPOINT, **change: str) -> Secret:
    return Secret(json.dumps({"endpoint": endpoint, "p256dh": RFC["receiver"]["p256dh"], "auth": RFC["receiver"]["auth"], **change}))


def delivery(**change: Any) -> Delivery:
    made = Delivery(
        id="n-17",
        event="event-17",
        to=address(),
        title="Петя пришёл",
        text=Secret("Вход в 08:12"),
        expires_at=NOW + timedelta(minutes=15),
        link="https://hub.example/children/1/passes",
        urgent=True,
        topic="pass-1",
    )
    return replace(made, **change)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    made = ec.generate_private_key(ec.SECP256R1())
    file = tmp_path / "key.pem"
    pem = made.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(b"a line before the block\n" + pem)
    return file


def channel(key: Path, answer: Answer | None = None, *, demo: bool = False) -> PushChannel:
    options = {"KEY": str(key), "SUBJECT": "mailto:ops@hub.example"}
    config = ConnectorConfig(instance="webpush", base_urls={}, options=options, demo=demo)
    transport = httpx.MockTransport(answer) if answer else None
    made = connect([config], now=lambda: NOW, transport=lambda prefix: transport).channels["push"]
    assert isinstance(made, PushChannel)
    return made


def opened(body: bytes) -> bytes:
    """As a browser reads it (RFC 8291 3, RFC 8188 2)."""
    salt, (size,), sender = body[:16], struct.unpack("!L", body[16:20]), body[21 : 21 + body[20]]
    assert size == 4096
    number = int.from_bytes(raw(RFC["receiver"]["private"]), "big")
    mine = ec.derive_private_key(number, ec.SECP256R1())
    shared = mine.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))

    def hkdf(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
        return HKDF(hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)

    info = b"WebPush: info\x00" + raw(RFC["receiver"]["p256dh"]) + sender
    secret = hkdf(shared, raw(RFC["receiver"]["auth"]), info, 32)
    key, nonce = (
        hkdf(secret, salt, b"Content-Encoding: aes128gcm\x00", 16),
        hkdf(secret, salt, b"Content-Encoding: nonce\x00", 12),
    )
    return AESGCM(key).decrypt(nonce, body[21 + body[20] :], None).rstrip(b"\x00").removesuffix(b"\x02")


def test_the_reader_of_these_tests_reads_the_documents_own_message() -> None:
    assert opened(raw(RFC["body"])).decode() == RFC["plain"]


@pytest.mark.rule("F4")
async def test_a_push_carries_the_event_id_and_nothing_else(key: Path) -> None:
    heard: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        heard.append(request)
        return httpx.Response(201, headers={"Location": "https://fcm.googleapis.com/message/0:17"})

    told = await channel(key, answer).send(delivery())
    (request,) = heard
    assert json.loads(opened(request.content)) == {"event": "event-17"}
    assert (told.outside_id, told.word) == ("0:17", "201")
    assert (request.method, str(request.url)) == ("POST", ENDPOINT)
    assert [request.headers[name] for name in ("TTL", "Urgency", "Topic", "Content-Encoding")] == ["900", "high", "pass-1", "aes128gcm"]


async def test_our_signature_names_the_service_with_its_port_and_ends_within_a_day(key: Path) -> None:
    heard: list[httpx.Request] = []
    port = channel(key, lambda request: heard.append(request) or httpx.Response(201), demo=True)  # type: ignore[func-returns-value]  # a note
    await port.send(delivery(to=address("http://localhost:9000/webpush/1")))
    scheme, _, rest = heard[0].headers["Authorization"].partition(" ")
    parts = dict(one.strip().split("=", 1) for one in rest.split(","))
    assert scheme == "vapid" and parts["k"] == port.application_key and len(raw(parts["k"])) == 65
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(parts["k"])).public_numbers()
    x, y = (urlsafe_b64encode(one.to_bytes(32, "big")).rstrip(b"=").decode() for one in (public.x, public.y))
    token = jwt.decode(parts["t"], ECKey.import_key({"kty": "EC", "crv": "P-256", "x": x, "y": y}), algorithms=["ES256"])
    assert token.claims["aud"] == "http://localhost:9000" and token.claims["sub"] == "mailto:ops@hub.example"
    assert NOW.timestamp() < token.claims["exp"] <= NOW.timestamp() + 24 * 3600


ANSWERS: list[tuple[int, type[ConnectorError]]] = [
    (404, Gone), (410, Gone), (413, Rejected), (400, Rejected), (401, AccessDenied), (403, AccessDenied), (429, RateLimited),
    (500, Unavailable), (503, Unavailable), (301, Drifted), (307, Drifted),
]  # fmt: skip


@pytest.mark.parametrize(("status", "kind"), ANSWERS)
async def test_each_answer_is_one_of_the_eight(key: Path, status: int, kind: type[ConnectorError]) -> None:
    answer = httpx.Response(status, headers={"Retry-After": "17", "Location": "http://10.0.0.1/"})
    port = channel(key, lambda request: answer)
    with pytest.raises(kind) as told:
        await port.send(delivery(topic=""))
    assert type(told.value) is kind
    if isinstance(told.value, RateLimited):
        assert told.value.after_s == 17
    assert "fcm/send/abc" not in str(told.value)


async def test_a_push_without_a_topic_replaces_only_itself(key: Path) -> None:
    topics: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        topics.append(request.headers["Topic"])
        return httpx.Response(201)

    port = channel(key, answer)
    for id_ in ("n-1", "n-1", "n-2"):
        await port.send(delivery(id=id_, topic=""))
    assert topics[0] == topics[1] != topics[2] and all(len(one) == 32 for one in topics)


async def test_a_lost_answer_says_that_nobody_knows(key: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("late")

    with pytest.raises(TimedOut) as told:
        await channel(key, answer).send(delivery())
    assert not nothing_sent(told.value)


SSRF = (
    "http://fcm.googleapis.com/x", "https://127.0.0.1/x", "https://localhost/x", "https://10.0.0.1/x", "https://[::1]/x", "https://0x7f.1/x",
    "https://169.254.169.254/latest", "https://evil.example/x", "https://fcm.googleapis.com.evil.example/x",
    "https://fcm.googleapis.com@evil.example/",
    "https://evil.example#fcm.googleapis.com", "https://user:pw@fcm.googleapis.com/x", "ftp://fcm.googleapis.com/x", "",
    "file:///etc/passwd",
    "https://xfcm.googleapis.com/x", "https://push.apple.com.evil.example/x", "https://notify.windows.com.ru/x",
)  # fmt: skip


@pytest.mark.parametrize("endpoint", SSRF)
async def test_an_address_that_is_no_push_service_is_never_asked(key: Path, endpoint: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise AssertionError("asked")

    port = channel(key, answer)
    assert not port.accepts(endpoint, RFC["receiver"]["p256dh"], RFC["receiver"]["auth"])
    with pytest.raises(Gone):
        await port.send(delivery(to=address(endpoint)))


@pytest.mark.parametrize(
    "endpoint", [ENDPOINT, "https://updates.push.services.mozilla.com/wpush/v2/x", "https://web.push.apple.com/x", "https://wns2-par02p.notify.windows.com/w/?token=x"]
)  # fmt: skip
def test_the_browsers_own_services_are_known(key: Path, endpoint: str) -> None:
    assert channel(key).accepts(endpoint, RFC["receiver"]["p256dh"], RFC["receiver"]["auth"])


@pytest.mark.parametrize(
    ("p256dh", "auth"), [("", ""), ("AAAA", RFC["receiver"]["auth"]), (RFC["receiver"]["p256dh"], "AAAA"), ("B" * 87, "x")]
)
async def test_keys_that_are_none_are_not_encrypted_for(key: Path, p256dh: str, auth: str) -> None:
    port = channel(key)
    assert not port.accepts(ENDPOINT, p256dh, auth)
    with pytest.raises(Gone):
        await port.send(delivery(to=address(p256dh=p256dh, auth=auth)))


@pytest.mark.parametrize("text", ["", "{}", "[]", "not json"])
async def test_what_is_no_subscription_is_gone(key: Path, text: str) -> None:
    with pytest.raises(Gone):
        await channel(key).send(delivery(to=Secret(text)))


@pytest.mark.parametrize("content", ["", "not a key", "{0}BEGIN PRIVATE KEY{0}\nAAAA\n{0}END PRIVATE KEY{0}\n".format("-" * 5)])
def test_a_key_that_is_none_stops_the_start(tmp_path: Path, content: str) -> None:
    file = tmp_path / "bad.pem"
    file.write_text(content)
    with pytest.raises(BadSetting, match="HUB_WEBPUSH_KEY"):
        channel(file)

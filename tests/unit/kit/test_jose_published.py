"""Published keys: what of a JWK set is used, for how long it is kept, how often it is asked for anew."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey

from connectors.kit.jose import ALGORITHMS, Key, PublishedKeys, fitting, key_id, keys_of_set
from connectors.kit.jose.published import AGAIN_BURST, AGAIN_EVERY_S, KEEP_S
from tests.unit.kit.forge import b64, pair, part, token
from tests.unit.kit.outside import Clock


def rsa(name: str = "one", **changed: Any) -> dict[str, Any]:
    known = RSAKey.import_key(pair(name).public()).as_dict(private=False)
    return {**known, "kid": name, **changed}


EC = ECKey.generate_key("P-256").as_dict(private=False)


def test_a_key_serves_the_algorithms_of_its_kind() -> None:
    assert [key.algorithm for key in keys_of_set([rsa()], ALGORITHMS)] == ["RS256", "RS384", "RS512"]
    assert [key.algorithm for key in keys_of_set([rsa(alg="RS512")], ALGORITHMS)] == ["RS512"]
    assert [key.algorithm for key in keys_of_set([EC], ALGORITHMS)] == ["ES256"]
    assert keys_of_set([EC], ["RS256"]) == ()


@pytest.mark.security("10")
@pytest.mark.parametrize(
    "entry",
    [
        rsa(use="enc"),
        rsa(key_ops=["encrypt"]),
        rsa(key_ops="verify"),
        rsa(alg="HS256"),
        rsa(alg="RSA-OAEP"),
        rsa(d="AQAB"),
        {"kty": "oct", "k": "c2VjcmV0", "alg": "HS256"},
        {"kty": "RSA"},
        {"kty": ["RSA"], "n": "x", "e": "AQAB"},
        {"kty": "RSA", "n": 5, "e": "AQAB"},
        {"kty": "RSA", "n": "%%", "e": "AQAB"},
        {"kty": "RSA", "n": "A" * 4000, "e": "AQAB"},
        {"kty": "RSA", "n": b64(pair("small", 1024).private.public_key().public_numbers().n.to_bytes(128, "big")), "e": "AQAB"},
        {**rsa(), "e": "AQ"},
        {**EC, "crv": "secp256k1"},
        {**EC, "crv": "P-384"},
        {**EC, "x": b64(b"\x01" * 32)},
        {**EC, "y": None},
        {"kty": "OKP", "crv": "Ed25519", "x": "AAAA"},
        {},
    ],
)
def test_what_is_no_signature_key_is_left_out(entry: dict[str, Any]) -> None:
    assert keys_of_set([entry], ALGORITHMS) == ()
    assert keys_of_set([entry, rsa()], ["RS256"])[0].names == {"kid": "one"}


def test_a_flood_of_keys_is_cut() -> None:
    assert len(keys_of_set([rsa()] * 51 + [rsa("two")], ["RS256"])) == 50


@pytest.mark.security("11")
def test_a_kid_chooses_its_key_or_one_without_a_name() -> None:
    keys = keys_of_set([rsa("one"), rsa("two"), rsa("three", kid=None)], ["RS256"])
    assert [key.names.get("kid") for key in fitting(keys, token(header={"kid": "two"}))] == ["two"]
    assert [key.names.get("kid") for key in fitting(keys, token(header={"kid": "../two"}))] == [None]
    assert fitting(keys[:2], token(header={"kid": "x"})) == ()
    assert fitting(keys, token()) == keys


@pytest.mark.parametrize("text", ["", "x", f"{part({'kid': 7})}.e30.x", f"{part({'kid': ['one']})}.e30.x"])
def test_a_kid_that_is_no_text_is_none(text: str) -> None:
    assert key_id(text) is None


class Provider:
    """Gives out a new key each time it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.fails = False
        self.clock = Clock()
        self.published = PublishedKeys(self.ask, timer=self.clock)

    async def ask(self) -> tuple[Key, ...]:
        self.asked += 1
        await asyncio.sleep(0)
        if self.fails:
            raise ConnectionError
        return keys_of_set([rsa(kid=str(self.asked))], ["RS256"])


async def test_keys_are_kept_for_a_minute() -> None:
    provider = Provider()
    first = await provider.published.keys()
    provider.clock.now += KEEP_S - 1
    assert await provider.published.keys() is first
    provider.clock.now += 2
    assert await provider.published.keys() is not first
    assert provider.asked == 2


async def test_many_who_wait_ask_once() -> None:
    provider = Provider()
    await asyncio.gather(*(provider.published.keys() for _ in range(50)))
    seen = await provider.published.keys()
    await asyncio.gather(*(provider.published.anew(seen) for _ in range(50)))
    assert provider.asked == 2


@pytest.mark.security("11")
async def test_asking_anew_is_rationed() -> None:
    provider = Provider()
    seen = await provider.published.keys()
    for _ in range(20):
        seen = await provider.published.anew(seen)
    assert provider.asked == 1 + AGAIN_BURST
    provider.clock.now += AGAIN_EVERY_S
    for _ in range(20):
        seen = await provider.published.anew(seen)
    assert provider.asked == 2 + AGAIN_BURST


async def test_whoever_fails_to_ask_leaves_the_old_keys() -> None:
    provider = Provider()
    seen = await provider.published.keys()
    provider.fails = True
    with pytest.raises(ConnectionError):
        await provider.published.anew(seen)
    assert await provider.published.keys() is seen

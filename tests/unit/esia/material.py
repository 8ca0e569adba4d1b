"""Our keys in files, and the connector over a transport: what every test of the Gosuslugi connector begins with."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

from connectors.esia.client import connect
from connectors.esia.signing import gost_openssl
from connectors.esia.signing.self_signed import new_gost_pair
from connectors.kit.calls import Caller
from connectors.kit.clients import new_client
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.ports import SignInPort
from tests.unit.kit.forge import CLIENT, NOW, pair

BASE = "http://localhost:9000/esia"
BACK = "http://localhost:8000/auth/esia/return"
STATE = "0c8a4d4e-5f0b-4b9c-8d0e-6f7a3b2c1d00"
ENGINE_ENV = {"PATH": os.environ.get("PATH", os.defpath), "OPENSSL_CONF": str(gost_openssl.CONFIG)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """`rsa` and `gost` are (key file, certificate file); `verify` holds ESIA's public key."""

    rsa: tuple[Path, Path]
    gost: tuple[Path, Path]
    verify: Path

    def options(self, *, dialect: str = "current", signer: str = "gost_python", **more: str) -> dict[str, str]:
        key, certificate = self.rsa if signer == "rsa" else self.gost
        told = {
            "CLIENT_ID": CLIENT,
            "KEY_FILE": str(key),
            "CERT_FILE": str(certificate),
            "DIALECT": dialect,
            "SIGNER": signer,
            "VERIFY_KEYS": str(self.verify),
        }
        return {name: text for name, text in {**told, **more}.items() if text}


def make(folder: Path) -> Material:
    gost = new_gost_pair("SCHOOLHUB", now=NOW)
    texts = {
        "gost.key": gost.key_pem.encode(),
        "gost.crt": gost.certificate_pem.encode(),
        "rsa.key": pair("hub").key_pem.encode(),
        "rsa.crt": pair("hub").certificate_pem(name="SCHOOLHUB"),
        "esia.pem": pair("esia").public(),
    }
    for name, text in texts.items():
        (folder / name).write_bytes(text)
    return Material(
        rsa=(folder / "rsa.key", folder / "rsa.crt"), gost=(folder / "gost.key", folder / "gost.crt"), verify=folder / "esia.pem"
    )


def connector(
    options: dict[str, str],
    transport: httpx.AsyncBaseTransport | None = None,
    *,
    base_url: str = BASE,
    now: Callable[[], datetime] = lambda: NOW,
    demo: bool = True,
) -> SignInPort:
    silent = httpx.MockTransport(lambda request: httpx.Response(500))

    async def no_pause(seconds: float) -> None:
        await asyncio.sleep(0)

    caller = Caller("esia", base_url, new_client(transport=transport or silent), sleep=no_pause)
    config = ConnectorConfig(instance="esia", base_urls={"esia": base_url}, options=options, demo=demo)
    return connect(config, Equipment(callers={"esia": caller}, now=now))


def query(url: str) -> dict[str, str]:
    """The parameters of an address, each of which must be there once."""
    found = parse_qs(urlsplit(url).query, keep_blank_values=True)
    assert all(len(values) == 1 for values in found.values())
    return {name: values[0] for name, values in found.items()}


def openssl(*arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The command with the GOST engine, as an independent judge of signatures."""
    return subprocess.run(["openssl", *arguments], input=data, capture_output=True, env=ENGINE_ENV, timeout=20, check=False)


def engine_missing() -> str:
    """Why the openssl command with the GOST engine cannot be used here, or nothing."""
    if shutil.which("openssl") is None:
        return "no openssl command"
    told = openssl("dgst", "-md_gost12_256", data=b"x")
    return "" if told.returncode == 0 else f"openssl has no GOST engine (libengine-gost-openssl): {told.stderr.decode()[:100]}"

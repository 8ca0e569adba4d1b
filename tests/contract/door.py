"""A sign-in port against the sandbox, built from its manifest: keys made here, our system registered where the sandbox keeps such."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from connectors.esia.signing.self_signed import GostPair, new_gost_pair
from connectors.kit.config import ConnectorConfig
from connectors.kit.manifest import Kind, Manifest
from connectors.kit.ports import Arrival, SignInPort
from connectors.kit.registry import connect, manifests
from identity.claims import Claims
from sandbox.app import SandboxApp
from tests.contract.stand import NOW, RETURN_URI, Json, manifest_of, walk_home

SIGN_INS = sorted(instance.name for one in manifests().values() if one.kind is Kind.SIGN_IN for instance in one.instances)
CLIENT = "CONTRACT"
SECRET = "contract-secret"


@cache
def gost() -> GostPair:
    return new_gost_pair(CLIENT, now=NOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One sign-in port on its sandbox."""

    name: str
    port: SignInPort
    control: httpx.AsyncClient
    app: SandboxApp

    @property
    def prefix(self) -> str:
        """By which the sandbox knows the system; several declared providers may be one system there."""
        return manifest_of(self.name).instance(self.name).prefixes[0]

    async def people(self) -> list[Json]:
        """Who has an account there, people of age with a confirmed one first."""
        answer = (await self.control.get("/_sandbox/people", params={"system": self.prefix})).raise_for_status().json()
        people: list[Json] = answer["people"]
        return sorted(people, key=lambda one: (one["role"] != "parent", (one.get("esia") or {}).get("level") != "confirmed"))

    async def arrive(self, person: Json) -> Arrival:
        """What the browser brings back after this person has signed in."""
        answer = await self.control.post(f"/_sandbox/{self.prefix}/sign_in_as", json={"person": person["id"], "times": 1})
        assert answer.is_success, answer.text
        state = str(uuid4())
        departure = await self.port.begin(state=state, redirect_uri=RETURN_URI)
        params = await walk_home(self.control, departure.url)
        return Arrival(params=params, keep=departure.keep, state=state, redirect_uri=RETURN_URI)

    async def sign_in(self, person: Json) -> Claims:
        return await self.port.finish(await self.arrive(person))

    async def fault(self, kind: str, value: Any = None) -> None:
        body = {"system": self.prefix, "kind": kind} | ({} if value is None else {"value": value})
        assert (await self.control.post("/_sandbox/faults", json=body)).is_success


@asynccontextmanager
async def door(name: str, app: SandboxApp, root: str, folder: Path) -> AsyncIterator[Door]:
    manifest = manifest_of(name)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(base_url=root, transport=transport, trust_env=False) as control:
        prefix = manifest.instance(name).prefixes[0]
        options = await registered(control, manifest, prefix, folder)
        urls = {one: f"{root}/{one}" for one in manifest.instance(name).prefixes}
        config = ConnectorConfig(instance=name, base_urls=urls, options=options, demo=True, connector=manifest.id)
        connected = connect([config], now=app.sandbox.clock.now, transport=lambda one: transport)
        try:
            yield Door(name=name, port=connected.sign_ins[name], control=control, app=app)
        finally:
            await connected.close()
            app.sandbox.faults.clear()
            app.sandbox.sign_in_as.clear()


async def registered(control: httpx.AsyncClient, manifest: Manifest, prefix: str, folder: Path) -> dict[str, str]:
    """Settings by their names: an id and a secret, or an id and a key with its certificate, and the provider's own key."""
    names = {setting.name for setting in manifest.settings}
    options = {setting.name: setting.default for setting in manifest.settings if setting.default} | {"CLIENT_ID": CLIENT}
    body: Json = {"client_id": CLIENT, "client_secret": SECRET, "redirect_uris": [RETURN_URI]}
    if "CLIENT_SECRET" in names:
        options["CLIENT_SECRET"] = SECRET
    if "KEY_FILE" in names:
        (folder / "hub.key").write_text(gost().key_pem)
        (folder / "hub.crt").write_text(gost().certificate_pem)
        options |= {"KEY_FILE": str(folder / "hub.key"), "CERT_FILE": str(folder / "hub.crt"), "SIGNER": "gost_python"}
        body = {"mnemonic": CLIENT, "certificate_pem": gost().certificate_pem, "redirect_uris": [RETURN_URI], "dialect": "both"}
    answer = await control.post(f"/_sandbox/{prefix}/clients", json=body)
    if answer.status_code == 404:
        answer = await control.post(f"/_sandbox/{prefix}/apps", json=body)
    assert answer.is_success, answer.text
    if "VERIFY_KEYS" in names:
        (folder / "provider.pem").write_text((await control.get(f"/_sandbox/{prefix}/key.pem")).raise_for_status().text)
        options["VERIFY_KEYS"] = str(folder / "provider.pem")
    return options

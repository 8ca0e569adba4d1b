"""The devices of a school: one for each way to sign; keys and secrets come from the town's seed, so each start has the same."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sandbox.world.model import School
from sandbox.world.town import Town

RFC9421, WEBHOOKS, BASIC, SERIAL = "rfc9421", "standard_webhooks", "basic", "serial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """`role` is our word for its place; `kind` and `sign` are the hub's (docs/devices.md)."""

    role: str
    kind: str
    sign: str
    place: str
    title: str


GATE, YARD, GYM, TILL = "gate", "yard", "gym", "till"
MODELS: Final = (
    Model(role=GATE, kind="turnstile", sign=RFC9421, place="главный вход", title="Турникет"),
    Model(role=YARD, kind="zkteco", sign=SERIAL, place="вход со двора", title="Терминал ZKTeco"),
    Model(role=GYM, kind="hikvision", sign=BASIC, place="вход в спортивный корпус", title="Контроллер Hikvision"),
    Model(role=TILL, kind="canteen", sign=WEBHOOKS, place="столовая", title="Касса столовой"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    serial: str
    model: Model
    school: School
    seed: bytes = field(repr=False)

    @property
    def key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def public_pem(self) -> str | None:
        if self.model.sign != RFC9421:
            return None
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    @property
    def secret(self) -> str | None:
        return f"whsec_{base64.b64encode(self.seed).decode()}" if self.model.sign in (WEBHOOKS, BASIC) else None

    @property
    def mac(self) -> str:
        """Locally given, as no maker's."""
        return ":".join(f"{byte:02x}" for byte in (2, *self.seed[:5]))


def equipment(town: Town, school: School) -> dict[str, Device]:
    """By role."""
    return {model.role: _device(town, school, place, model) for place, model in enumerate(MODELS, start=1)}


def everything(town: Town) -> Iterator[Device]:
    for school in town.schools.values():
        yield from equipment(town, school).values()


def _device(town: Town, school: School, place: int, model: Model) -> Device:
    serial = f"TOWN{town.seed}-{school.number:02}{place:02}"  # another town's are others
    seed = hashlib.sha256(f"school hub, played devices: {serial}".encode()).digest()
    return Device(serial=serial, model=model, school=school, seed=seed)

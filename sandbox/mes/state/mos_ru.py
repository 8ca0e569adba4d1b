"""mos.ru: registered clients, a sign-in from its first page to the code, and the OAuth tokens that come of it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from sandbox.mes.state.tokens import keep
from sandbox.mes.state.tries import Tries

BITS: Final = 15
FLOW_LIFE: Final = timedelta(minutes=10)
SMS_LIFE: Final = timedelta(seconds=300)
SMS_TRIES: Final = 3
SMS_MOST: Final = 5
CODE_LIFE: Final = timedelta(minutes=2)
ACCESS_LIFE: Final = timedelta(hours=1)
REFRESH_LIFE: Final = timedelta(days=90)
APP_REDIRECT: Final = "dnevnik-mes://oauth2redirect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    id: str
    secret: str
    software_id: str
    redirect_uris: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Flow:
    """One sign-in: `proof` is the hashcash header that must be paid for, once; `person` is known from the password on."""

    client: str
    challenge: str
    redirect_uri: str
    state: str
    proof: str
    ends_at: datetime
    spent: bool = False
    person: str | None = None
    sms_code: str | None = None
    sms_until: datetime | None = None
    sms_sent: int = 0
    attempts: int = 0
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    person: str
    client: str
    ends_at: datetime
    challenge: str = ""
    redirect_uri: str = ""


def paid(stamp: str, header: str, bits: int = BITS) -> bool:
    """Whether the stamp is this header with a counter behind it, and its SHA-1 begins with so many zero bits."""
    if not stamp.startswith(header) or not header:
        return False
    digest = hashlib.sha1(stamp.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest) >> (len(digest) * 8 - bits) == 0


def challenge_of(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


class MosRu:
    """Registered clients live through a reset, everything else does not."""

    def __init__(self) -> None:
        self.tries = Tries()
        self._clients: dict[str, Client] = {}
        self._flows: dict[str, Flow] = {}
        self._trusted: dict[str, str] = {}
        self._codes: dict[str, Grant] = {}
        self._access: dict[str, Grant] = {}
        self._refresh: dict[str, Grant] = {}

    def reset(self) -> None:
        self.tries.clear()
        for kept in (self._flows, self._trusted, self._codes, self._access, self._refresh):
            kept.clear()

    # Clients
    def register(self, software_id: str, redirect_uris: tuple[str, ...]) -> Client:
        addresses = tuple(dict.fromkeys((APP_REDIRECT, *redirect_uris)))
        client = Client(
            id=f"dyn~{software_id}~{uuid4()}", secret=secrets.token_urlsafe(24), software_id=software_id, redirect_uris=addresses
        )
        keep(self._clients, client.id, client)
        return client

    def client(self, client_id: str) -> Client | None:
        return self._clients.get(client_id)

    def authenticated(self, client_id: str, secret: str) -> Client | None:
        client = self._clients.get(client_id)
        return client if client is not None and hmac.compare_digest(client.secret.encode(), secret.encode()) else None

    # A sign-in
    def begin(self, client: Client, challenge: str, redirect_uri: str, state: str, now: datetime) -> tuple[str, Flow]:
        stamp = base64.b64encode(secrets.token_bytes(16)).decode()
        proof = f"1:{BITS}:{now:%y%m%d%H%M%S}:{uuid4()}::{stamp}:"
        flow = Flow(client=client.id, challenge=challenge, redirect_uri=redirect_uri, state=state, proof=proof, ends_at=now + FLOW_LIFE)
        key = secrets.token_urlsafe(24)
        keep(self._flows, key, flow)
        return key, flow

    def flow(self, key: str | None, now: datetime) -> Flow | None:
        found = self._flows.get(key or "")
        return found if found is not None and now < found.ends_at else None

    def end(self, key: str | None) -> None:
        self._flows.pop(key or "", None)

    def text_code(self, flow: Flow, now: datetime) -> str:
        """A new code; the former one is dead."""
        flow.sms_code, flow.sms_until = f"{secrets.randbelow(1_000_000):06d}", now + SMS_LIFE
        flow.sms_sent, flow.attempts = flow.sms_sent + 1, SMS_TRIES
        return flow.sms_code

    def trust(self, person: str) -> str:
        key = secrets.token_urlsafe(24)
        keep(self._trusted, key, person)
        return key

    def trusts(self, key: str | None, person: str | None) -> bool:
        return person is not None and self._trusted.get(key or "") == person

    # Codes and tokens
    def issue_code(self, flow: Flow, now: datetime) -> str:
        code = secrets.token_urlsafe(32).replace("=", "")
        grant = Grant(
            person=flow.person or "", client=flow.client, ends_at=now + CODE_LIFE, challenge=flow.challenge, redirect_uri=flow.redirect_uri
        )
        keep(self._codes, code, grant)
        return code

    def spend_code(self, code: str, client: Client, redirect_uri: str, verifier: str, now: datetime) -> Grant | None:
        found = self._codes.get(code)
        if found is None or found.client != client.id or found.redirect_uri != redirect_uri:
            return None
        if not hmac.compare_digest(found.challenge.encode(), challenge_of(verifier).encode()):
            return None
        del self._codes[code]
        return found if now < found.ends_at else None

    def spend_refresh(self, token: str, client: Client, now: datetime) -> Grant | None:
        """Good once: each answer brings the next one."""
        found = self._refresh.get(token)
        if found is None or found.client != client.id:
            return None
        del self._refresh[token]
        return found if now < found.ends_at else None

    def issue(self, person: str, client: Client, now: datetime) -> tuple[str, str]:
        access, refresh = secrets.token_urlsafe(48), secrets.token_urlsafe(48)
        keep(self._access, access, Grant(person=person, client=client.id, ends_at=now + ACCESS_LIFE))
        keep(self._refresh, refresh, Grant(person=person, client=client.id, ends_at=now + REFRESH_LIFE))
        return access, refresh

    def owner(self, access: str, now: datetime) -> str | None:
        found = self._access.get(access)
        return found.person if found is not None and now < found.ends_at else None

    def end_all(self) -> None:
        """Refresh tokens included: the person signs in anew."""
        self._access.clear()
        self._refresh.clear()

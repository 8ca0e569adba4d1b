"""Calls to the portal: the token in a cookie, the envelope opened, the pages of a list joined."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

import msgspec

from connectors.diaries.petersburg.errors import checked, opened, words
from connectors.diaries.petersburg.manifest import MANIFEST
from connectors.diaries.petersburg.mapping import wire
from connectors.diaries.petersburg.mapping.account import owner_of
from connectors.kit.answers import decode
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.deadline import Deadline
from connectors.kit.errors import AuthExpired, Drifted
from connectors.kit.jose.verify import unverified_claims
from connectors.kit.ports import Access
from connectors.kit.secret import Secret
from connectors.kit.together import together

(PREFIX,) = MANIFEST.instances[0].prefixes
COOKIE = "X-JWT-Token"
PAGE = 100
MOST_PAGES = 60
_COOKIE_VALUE = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,4096}")

Item = TypeVar("Item")


class Api:
    """The address of the portal. Shared by all families; holds no session."""

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.system = config.instance
        self.now: Callable[[], datetime] = equipment.now
        self._caller = equipment.callers[PREFIX]

    async def sign_in(self, credentials: Mapping[str, Secret], deadline: Deadline, *, activation: str | None = None) -> Access:
        """A new session. A password is sent once: after ten wrong ones the portal locks the login."""
        login = credentials["login"].reveal().strip()
        response = await self._caller.call(
            "POST",
            "/api/user/auth/login",
            deadline_s=deadline.left(),
            idempotent=False,
            headers={"Accept": "application/json"},
            json={
                "type": "email",
                "login": login,
                "activation_code": activation,
                "password": credentials["password"].reveal(),
                "_isEmpty": False,
            },
        )
        if response.status_code == 400:
            # A wrong password and an unknown login alike.
            raise AuthExpired(self.system, "400", text=words(response))
        token = decode(self.system, opened(self.system, response), wire.Session).token
        if not _COOKIE_VALUE.fullmatch(token):
            raise Drifted(self.system, "$.data.token", "not a token")
        return Access(token=Secret(token), owner=owner_of(login), expires_at=_end_of(token), credentials=dict(credentials))

    async def get(self, path: str, token: Secret, deadline: Deadline, params: Mapping[str, str] | None = None) -> bytes:
        if not _COOKIE_VALUE.fullmatch(token.reveal()):
            raise AuthExpired(self.system, "not a token")
        response = await self._caller.call(
            "GET",
            f"/api/{path}",
            deadline_s=deadline.left(),
            idempotent=True,
            headers={"Accept": "application/json"},
            cookies={COOKIE: token.reveal()},
            params=dict(params) if params else None,
        )
        return checked(self.system, response)

    async def post(self, path: str, token: Secret | None, deadline: Deadline, body: Mapping[str, object]) -> bytes:
        """A form that is sent once; without a token where nobody is signed in yet."""
        response = await self._caller.call(
            "POST",
            f"/api/{path}",
            deadline_s=deadline.left(),
            idempotent=False,
            headers={"Accept": "application/json"},
            cookies={COOKIE: token.reveal()} if token is not None else None,
            json=dict(body),
        )
        return checked(self.system, response) if token is not None else opened(self.system, response)

    async def all_of(self, path: str, token: Secret, deadline: Deadline, params: Mapping[str, str], wire_type: type[Item]) -> list[Item]:
        """The items of all pages: the first says how many there are."""

        async def page(number: int) -> wire.Page[Item]:
            body = await self.get(path, token, deadline, {**params, "p_limit": str(PAGE), "p_page": str(number)})
            return decode(self.system, body, wire.Page[wire_type])  # type: ignore[valid-type]  # the type of the items is an argument

        first = await page(1)
        if first.total_pages > MOST_PAGES:
            raise Drifted(self.system, "$.total_pages", f"more than {MOST_PAGES}")
        rest = await together([partial(page, number) for number in range(2, first.total_pages + 1)])
        return [item for one in (first, *rest) for item in one.items]


def _end_of(token: str) -> datetime | None:
    """When the token ends, where it is a JWT that says so."""
    exp = unverified_claims(token).get("exp")
    try:
        return datetime.fromtimestamp(msgspec.convert(exp, int), UTC) if exp is not None else None
    except (msgspec.ValidationError, ValueError, OverflowError, OSError):
        return None

"""Who asks: a system for a person, a person, or a system for itself; and what the asking holds."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from quart import g, request

from sandbox.my_school.state.service import Service
from sandbox.my_school.wire.errors import SchoolError
from sandbox.world.model import Person

TAG: Final = re.compile(r'(?:W/)?"(\d{1,9})"')
LONGEST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One call; `who` is None where a system asks for itself, `own` where the token is the person's."""

    service: Service
    client: str
    who: Person | None
    now: datetime
    own: bool = False

    @property
    def person(self) -> Person:
        """Somebody whose consent this client has and whose account is good enough."""
        if self.who is None or (self.client, self.who.id) not in self.service.access.consents:
            raise SchoolError("consent_missing")
        if self.service.level(self.who.id) == "simplified":
            raise SchoolError("level_too_low")
        return self.who


def asking(service: Service) -> Asking:
    """The token's owner; an unknown person and one without consent are the same."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise SchoolError("token_missing")
    now = service.now
    grant = service.access.grant(text.strip(), "access", now)
    client = service.access.clients.get(grant.client) if grant is not None else None
    if grant is None or client is None or not client.active:
        g.verdicts = {"token": "bad"}
        raise SchoolError("token_expired")
    g.verdicts = {"token": "ok"}
    wait = service.access.wait_s(text, now)
    if wait:
        raise SchoolError("too_many", retry_after_s=wait)
    oid = request.headers.get("X-Person", "")
    who = service.town.people.get(grant.person) if grant.person is not None else (service.by_oid(oid) if oid else None)
    if who is None and (oid or grant.person is not None):
        raise SchoolError("consent_missing")
    return Asking(service=service, client=grant.client, who=who, now=now, own=grant.person is not None)


async def body_of() -> dict[str, Any]:
    """The JSON object that was sent; no body is an empty one."""
    try:
        body = json.loads(await request.get_data() or b"{}")
    except ValueError as error:
        raise SchoolError("malformed") from error
    if not isinstance(body, dict):
        raise SchoolError("malformed")
    return body


def text_of(body: dict[str, Any], name: str, longest: int = LONGEST) -> str:
    found = body.get(name)
    if not isinstance(found, str):
        raise SchoolError("malformed", field=name)
    if not found.strip() or len(found) > longest:
        raise SchoolError("value", field=name)
    return found.strip()


def wanted_version(*, needed: bool) -> int | None:
    """The number in `If-Match`."""
    text = request.headers.get("If-Match", "").strip()
    if not text:
        if needed:
            raise SchoolError("version_missing", field="If-Match")
        return None
    found = TAG.fullmatch(text)
    if found is None:
        raise SchoolError("malformed", field="If-Match")
    return int(found[1])


def known_versions() -> set[str]:
    return {found[1] for found in TAG.finditer(request.headers.get("If-None-Match", ""))}


def number_of(name: str, default: int, most: int) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise SchoolError("malformed", field=name)
    if not 1 <= int(text) <= most:
        raise SchoolError("value", field=name)
    return int(text)


def page_of(items: list[Any], name_of: Any, shape: Any) -> dict[str, Any]:
    """A page of a list whose order never changes: from behind `after`, up to `limit`."""
    limit, after = number_of("limit", 50, 200), request.args.get("after", "")
    names = [name_of(it) for it in items]
    if after and after not in names:
        raise SchoolError("value", field="after")
    start = names.index(after) + 1 if after else 0
    shown = items[start : start + limit]
    return {"items": [shape(it) for it in shown], "next": name_of(shown[-1]) if start + limit < len(items) else None}

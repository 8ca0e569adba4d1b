"""The two client-authentication dialects of ESIA: their addresses, what is signed in which order, and how the secret is written."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from enum import StrEnum


class DialectName(StrEnum):
    V1 = "v1"
    CURRENT = "current"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The fields of one request that a signature may cover; `code` only at the token endpoint."""

    client_id: str
    scope: str
    timestamp: str
    state: str
    redirect_uri: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """`raw`: the secret is the bare 64-byte signature and the certificate's hash goes beside it; else it is a detached CMS."""

    name: DialectName
    authorise_path: str
    token_path: str
    raw: bool

    def message(self, request: Request) -> bytes:
        """The signed text: no separators, UTF-8, the scope exactly as it is sent."""
        r = request
        if self.name is DialectName.V1:
            return f"{r.scope}{r.timestamp}{r.client_id}{r.state}".encode()
        # scope_org stands between scope and timestamp; it is empty, because no organisation's data is asked for.
        return f"{r.client_id}{r.scope}{r.timestamp}{r.state}{r.redirect_uri}{r.code}".encode()


V1 = Dialect(name=DialectName.V1, authorise_path="/aas/oauth2/ac", token_path="/aas/oauth2/te", raw=False)
CURRENT = Dialect(name=DialectName.CURRENT, authorise_path="/aas/oauth2/v2/ac", token_path="/aas/oauth2/v3/te", raw=True)
DIALECTS = {dialect.name: dialect for dialect in (V1, CURRENT)}


def written(signature: bytes) -> str:
    """base64url with its padding, which every decoder of either habit reads."""
    return urlsafe_b64encode(signature).decode()

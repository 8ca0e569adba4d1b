"""What the request log shows of headers, query and body: everything but the secrets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

MASK = "***"
BODY_SHOWN = 4096
XML_ELEMENT = re.compile(r"(<(?:[\w.-]+:)?([\w.-]+)(?:\s[^<>]*)?>)((?:[^<]|<!\[CDATA\[.*?\]\]>)*)(</)", re.DOTALL)
SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "access-token", "auth-token", "x-auth-token", "x-jwt-token", "at", "password"}
)
SECRET_KEYS = frozenset(
    {
        "password", "password_plain", "passwd", "pass", "pw", "pw2", "psw", "secret", "client_secret", "clientsecret", "code",
        "code_verifier", "access_token", "accesstoken", "access-token", "refresh_token", "refreshtoken",
        "refresh-token", "id_token", "auth_token", "token",
        "assertion", "client_assertion", "api_key", "apikey", "authorization", "sms-code", "auth_code", "session", "ticket",
    }
)  # fmt: skip


def _hidden(name: str, more: frozenset[str]) -> bool:
    return name.lower() in SECRET_KEYS or name in more or name.lower() in more


def masked_headers(headers: Iterable[tuple[bytes, bytes]], more: frozenset[str]) -> dict[str, str]:
    shown: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name in SECRET_HEADERS or name in more:
            scheme, space, _ = value.partition(" ")
            value = f"{scheme} {MASK}" if space and name.endswith("authorization") else MASK
        shown[name] = f"{shown[name]}, {value}" if name in shown else value
    return shown


def masked_pairs(text: str, more: frozenset[str]) -> dict[str, Any]:
    """A query or a form as a dict; a name given several times becomes a list."""
    shown: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        shown_value = MASK if value and _hidden(name, more) else value
        if name not in shown:
            shown[name] = shown_value
        elif isinstance(shown[name], list):
            shown[name].append(shown_value)
        else:
            shown[name] = [shown[name], shown_value]
    return shown


def masked_json(value: Any, more: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {name: MASK if item and _hidden(name, more) else masked_json(item, more) for name, item in value.items()}
    if isinstance(value, list):
        return [masked_json(item, more) for item in value]
    return value


def masked_xml(text: str, more: frozenset[str]) -> str:
    """The same document; what stands in a secret's element is gone."""
    return XML_ELEMENT.sub(lambda found: f"{found[1]}{MASK}{found[4]}" if found[3].strip() and _hidden(found[2], more) else found[0], text)


def masked_body(body: bytes, content_type: str, more: frozenset[str]) -> Any:
    """Forms and JSON as objects, XML and other text as text, anything else by its size."""
    if not body:
        return None
    kind = content_type.partition(";")[0].strip().lower()
    try:
        text = body.decode()
        if kind == "application/x-www-form-urlencoded":
            return masked_pairs(text, more)
        if kind.endswith("json"):
            return masked_json(json.loads(text), more)
        if "xml" in kind:
            return masked_xml(text, more)[:BODY_SHOWN]
    except ValueError:
        return f"({len(body)} байт, {kind or 'без типа'}, не разобрано)"
    return text[:BODY_SHOWN] if kind.startswith("text/") else f"({len(body)} байт, {kind or 'без типа'})"

"""An answer as JSON, in the gateway's own spelling, or as lines of text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from quart import Response

from sandbox.smsru.wire.codes import OK, TEXTS

Body = dict[str, Any]


def answered(body: Body, lines: Sequence[str], *, as_json: bool) -> Response:
    """`lines` stand below the code."""
    if not as_json:
        return Response("\n".join([str(OK), *lines]), content_type="text/html; charset=utf-8")
    return _json({"status": "OK", "status_code": OK, **body})


def refused(code: int, *, as_json: bool) -> Response:
    if not as_json:
        return Response(str(code), content_type="text/html; charset=utf-8")
    return _json(error(code))


def error(code: int) -> Body:
    return {"status": "ERROR", "status_code": code, "status_text": TEXTS[code]}


def _json(body: Body) -> Response:
    """Four spaces, and strokes behind a backslash, as the service writes them."""
    text = json.dumps(body, ensure_ascii=False, indent=4).replace("/", "\\/")
    return Response(text, content_type="application/json; charset=utf-8")


def money(kop: int) -> float:
    return kop / 100

"""A read that meets a bad answer ends with one of the eight, in every diary: never with an empty page that would wipe a good copy."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from connectors.kit.diary import Datum
from connectors.kit.errors import (
    AccessDenied,
    AuthExpired,
    ConnectorError,
    Drifted,
    NotFound,
    RateLimited,
    Rejected,
    Unavailable,
)
from tests.unit.traps.stands import STANDS, stand_of

PAGE = "<!doctype html><html><head><title>Технические работы</title></head><body>Вход</body></html>"
Kinds = tuple[type[ConnectorError], ...]
DOWN: Kinds = (Unavailable,)
SHAPE: Kinds = (Drifted,)
# A page with 200 is the sign-in page at Petersburg; an empty JSON value is how ruobr refuses a password.
OUT: Kinds = (Unavailable, AuthExpired)
EMPTY: Kinds = (Drifted, AuthExpired)
WORDLESS: Kinds = (Drifted, Rejected, Unavailable)
BAD: dict[str, tuple[int, bytes, dict[str, str], Kinds]] = {
    "html 502, in cp1251": (502, PAGE.encode("cp1251"), {"Content-Type": "text/html; charset=windows-1251"}, DOWN),
    "html 200": (200, PAGE.encode(), {"Content-Type": "text/html; charset=utf-8"}, OUT),
    "html 200 that says json": (200, PAGE.encode(), {"Content-Type": "application/json"}, OUT),
    "html 200 in cp1251": (200, PAGE.encode("cp1251"), {"Content-Type": "text/html"}, OUT),
    "html 403 of the protection": (403, b"<html>QRATOR</html>", {"Content-Type": "text/html"}, OUT),
    "empty body": (200, b"", {}, SHAPE),
    "blank body": (200, b" \n", {}, SHAPE),
    "garbage": (200, bytes(range(128, 256)) * 8, {}, SHAPE),
    "json in cp1251": (200, '{"response": {"result": "ё"}}'.encode("cp1251"), {"Content-Type": "application/json"}, SHAPE),
    "cut off": (200, b'{"response": {"data": [{"id": 1,', {}, SHAPE),
    "null": (200, b"null", {}, EMPTY),
    "empty object": (200, b"{}", {}, EMPTY),
    "empty list": (200, b"[]", {}, EMPTY),
    "a number": (200, b"5", {}, SHAPE),
    "a text": (200, b'"ok"', {}, SHAPE),
    "nested without end": (200, b"[" * 200_000, {}, SHAPE),
    "objects without end": (200, b'{"a":' * 200_000, {}, SHAPE),
    "redirect": (302, b"", {"Location": "https://evil.example/"}, SHAPE),
    "400": (400, b"", {}, WORDLESS),
    "401 midway": (401, b"", {}, (AuthExpired,)),
    "403": (403, b"", {}, (AccessDenied, AuthExpired)),
    "404": (404, b"", {}, (NotFound,)),
    "409": (409, b"", {}, WORDLESS),
    "429": (429, b"", {"Retry-After": "600"}, (RateLimited,)),
    "433": (433, b"", {}, (RateLimited,)),
    "499": (499, b"", {}, EMPTY),
}


@pytest.mark.rule("C2")
@pytest.mark.rule("C8")
@pytest.mark.parametrize("system", STANDS)
async def test_every_bad_answer_is_one_of_the_eight_and_no_page(system: str) -> None:
    async with stand_of(system) as bench:
        STANDS[system].mark(bench, "5")
        if hasattr(bench, "access"):
            access = await bench.access()
            bench.access = lambda: asyncio.sleep(0, access)
        assert (await bench.read(Datum.LESSONS)).lessons
        for name, (status, body, headers, kinds) in BAD.items():
            bench.stub.instead = answer_of(status, body, headers)
            with pytest.raises(ConnectorError) as told:
                await bench.read(Datum.LESSONS, Datum.MARKS)
            assert type(told.value) in kinds, (name, told.value)
            if isinstance(told.value, RateLimited) and "Retry-After" in headers:
                assert told.value.after_s == 600.0
        bench.stub.instead = None
        assert (await bench.read(Datum.LESSONS)).lessons, "good again"


def answer_of(status: int, body: bytes, headers: dict[str, str]) -> Any:
    return lambda request: httpx.Response(status, content=body, headers=headers, request=request)

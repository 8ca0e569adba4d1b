"""One answer in the four formats: text, numbers by commas, XML, JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

from quart import Response

from sandbox.smsc.wire.errors import SmscError

Row = dict[str, Any]


def roubles(kop: int) -> str:
    """As the gateway writes it: no zeros at the end."""
    whole, rest = divmod(abs(kop), 100)
    return f"{'-' if kop < 0 else ''}{whole}.{rest:02d}".rstrip("0").rstrip(".")


def made(text: str, fmt: int, charset: str = "utf-8") -> Response:
    kind = {2: "text/xml", 3: "application/json"}.get(fmt, "text/plain")
    return Response(text.encode(charset, errors="replace"), content_type=f"{kind}; charset={charset}")


def dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def element(name: str, row: Row) -> str:
    inner = "\n".join(f"<{key}>{'' if value is None else escape(str(value))}</{key}>" for key, value in row.items())
    return f"<{name}>\n{inner}\n</{name}>"


def error(wrong: SmscError, fmt: int) -> Response:
    """HTTP 200 like everything that the gateway says."""
    row: Row = {"error": wrong.text, "error_code": wrong.code} | ({"id": int(wrong.message_id)} if wrong.message_id else {})
    if fmt == 0:
        return made(f"ERROR = {wrong.code} ({wrong.text})" + (f", ID - {wrong.message_id}" if wrong.message_id else ""), fmt)
    if fmt == 1:
        return made(f"{wrong.message_id or 0},-{wrong.code}", fmt)
    return made(element("result", row) if fmt == 2 else dumped(row), fmt)


def sent(row: Row, fmt: int, phones: Sequence[Row]) -> Response:
    """`row` holds of id, cnt, cost, balance what was asked for, in this order."""
    if fmt == 0:
        count = f"{row['cnt']} SMS"
        text = f"OK - {count}, ID - {row['id']}" if "id" in row else f"{row['cost']} ({count})"
        text += f", cost - {row['cost']}" if "id" in row and "cost" in row else ""
        return made(text + (f", balance - {row['balance']}" if "balance" in row else ""), fmt)
    if fmt == 1:
        first = ("id", "cnt", "cost", "balance") if "id" in row else ("cost", "cnt")
        return made(",".join(str(row[name]) for name in first if name in row), fmt)
    if fmt == 2:
        each = "".join(f"\n{element('phone', one)}" for one in phones)
        return made(element("result", row).removesuffix("</result>") + each.lstrip("\n") + "</result>", fmt)
    return made(dumped(row | ({"phones": list(phones)} if phones else {})), fmt)


def statuses(rows: Sequence[Row], fmt: int, charset: str, *, several: bool) -> Response:
    if fmt == 3:
        return made(dumped(list(rows) if several else rows[0]), fmt, charset)
    if fmt == 2:
        return made(_listed(rows) if several else element("status", rows[0]), fmt, charset)
    if fmt == 1:
        return made("\n".join(_numbers(row) for row in rows), fmt, charset)
    return made("\n".join(_line(row) for row in rows), fmt, charset)


COLUMNS: Final = ("status", "last_timestamp", "err", "id", "phone")
COLUMNS_ALL: Final = ("status", "last_timestamp", "err", "send_timestamp", "phone", "cost", "sender_id", "status_name", "message")
COLUMNS_PLACE: Final = ("country", "operator", "region")


def _numbers(row: Row) -> str:
    """The error's place is there though nothing went wrong."""
    columns = (*COLUMNS_ALL, *COLUMNS_PLACE) if "send_timestamp" in row else COLUMNS
    return ",".join(str(row.get(name, 0)) for name in columns if name in row or name == "err")


def _listed(rows: Sequence[Row]) -> str:
    return "<list>\n" + "\n".join(element("status", row) for row in rows) + "\n</list>"


def _line(row: Row) -> str:
    when = row.get("last_date") or ""
    return f"Status = {row['status']}, check_time = {when}" + (f", err = {row['err']}" if row.get("err") else "")

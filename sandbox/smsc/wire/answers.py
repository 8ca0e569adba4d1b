"""One answer in the four formats: text, numbers by commas, XML, JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
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
    return f"<{name}>\n{''.join(f'<{key}>{escape(str(value))}</{key}>{chr(10)}' for key, value in row.items())}</{name}>"


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
        order: tuple[str, ...] = (
            "status",
            "last_timestamp",
            "err",
            "send_timestamp",
            "phone",
            "cost",
            "sender_id",
            "status_name",
            "message",
        )
        order += ("country", "operator", "region") if "region" in rows[0] else ()
        head = ("id",) if several and "phone" in rows[0] else ("id", "phone") if several else ()
        return made("\n".join(",".join(str(row[name]) for name in (*head, *order) if name in row) for row in rows), fmt, charset)
    return made("\n".join(_line(row) for row in rows), fmt, charset)


def _listed(rows: Sequence[Row]) -> str:
    return "<list>\n" + "\n".join(element("status", row) for row in rows) + "\n</list>"


def _line(row: Row) -> str:
    when = row.get("last_date") or ""
    return f"Status = {row['status']}, check_time = {when}" + (f", err = {row['err']}" if row.get("err") else "")

"""Answers of the four dialects as bytes, and the hash of protocol 2; pure (facts/payments-and-ledger.md 1a, 1a')."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape, quoteattr

from connectors.kit.secret import Secret
from connectors.kit.terminals import PayAnswer, PayAsked, Said
from connectors.payments.terminal.errors import COMMENTS, TABLES
from connectors.payments.terminal.mapping import MOSCOW, NAMES, read, roubles

CONTENT_TYPE = "text/xml; charset=utf-8"
Element = tuple[str, str | None]


def asked(dialect: str, given: Mapping[str, str]) -> PayAsked:
    """Raises `BadAsked`."""
    return read(dialect, given)


def signed(given: Mapping[str, str], secret: Secret) -> bool:
    """MD5 over the parameters by name, joined as `k=v&k=v`, then the secret; `hash` itself is left out."""
    text = "&".join([*(f"{name}={given[name]}" for name in sorted(given) if name != "hash"), f"secret={secret.reveal()}"])
    right = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    return hmac.compare_digest(right.encode(), given.get("hash", "").lower().encode())


def status(dialect: str, answer: PayAnswer) -> int:
    return 503 if dialect == "sber_old" and answer.said is Said.TEMPORARY else 200


def answer(dialect: str, answer: PayAnswer) -> bytes:
    """Nothing stands before the declaration, and no element is empty."""
    code, comment = str(TABLES[dialect][answer.said]), COMMENTS[answer.said]
    at = answer.at.astimezone(MOSCOW).strftime(NAMES[dialect].form) if answer.at else None
    amount = roubles(answer.amount_kop) if answer.amount_kop is not None else None
    made = {"osmp": _osmp, "sber2": _sber2, "sber_upper": _upper, "sber_old": _old}[dialect]
    inner = made(answer, code, comment, amount, at)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<response>{inner}</response>'.encode()


def _osmp(answer: PayAnswer, code: str, comment: str, amount: str | None, _at: str | None) -> str:
    shown = ""
    if answer.payee:
        fields = [("получатель", answer.payee)]
        if answer.least_kop is not None:
            fields.append(("не меньше", roubles(answer.least_kop)))
        told = "".join(
            f'<field{place} name={quoteattr(name)} type="disp">{escape(text)}</field{place}>'
            for place, (name, text) in enumerate(fields, start=1)
        )
        shown = f"<fields>{told}</fields>"
    return (
        _elements([("osmp_txn_id", answer.id), ("prv_txn", answer.ours), ("sum", amount), ("result", code), ("comment", comment)]) + shown
    )


def _sber2(answer: PayAnswer, code: str, comment: str, amount: str | None, at: str | None) -> str:
    return _elements(
        [
            ("osmp_txn_id", answer.id), ("ext_id", answer.ours), ("reg_date", at), ("sum", amount), ("result", code), ("comment", comment),
            ("fio", answer.payee),
        ]
    )  # fmt: skip


def _upper(answer: PayAnswer, code: str, comment: str, amount: str | None, at: str | None) -> str:
    """A repeat's sum has a name of its own, beside the usual one."""
    least = roubles(answer.least_kop) if answer.least_kop is not None else None
    before = amount if answer.said is Said.REPEATED else None
    return _elements(
        [
            ("CODE", code), ("MESSAGE", comment), ("FIO", answer.payee), ("REC_SUM", least), ("EXT_ID", answer.ours), ("REG_DATE", at),
            ("SUM", amount), ("AMOUNT", before),
        ]
    )  # fmt: skip


def _old(answer: PayAnswer, code: str, comment: str, _amount: str | None, at: str | None) -> str:
    said = f"{comment}: {answer.payee}" if answer.payee else comment
    return _elements([("code", code), ("authcode", answer.ours), ("date", at), ("message", said)])


def _elements(found: Iterable[Element]) -> str:
    return "".join(f"<{name}>{escape(text)}</{name}>" for name, text in found if text)

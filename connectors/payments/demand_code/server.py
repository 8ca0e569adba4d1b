"""Reads the service's notices: a form with a hash in UTF-8 or in cp1251; pure. The answer is exactly two letters."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl

from connectors.kit.config import ConnectorConfig
from connectors.kit.payment import Hint, NotAsked, NoticeReader, Notification, Signature
from connectors.payments.demand_code.mapping import CODE, ENCODINGS, NOTICE, md5

MOST_FIELDS = 50


class Notices:
    """Which invoice it is about, and whether the shop's secret is behind it; no amount of a notice is ever believed."""

    answer = b"OK"

    def __init__(self, options: Mapping[str, str]) -> None:
        # Read at each notice: the demo's keys come after the start.
        self._options = options

    def read(self, notification: Notification) -> Hint:
        read = [found for encoding in ENCODINGS if (found := _fields(notification.body, encoding)) is not None]
        if not read:
            raise NotAsked("not a form")
        fields = read[0]
        code, order = fields.get("paymentId", ""), fields.get("orderId", "")
        if not (CODE.fullmatch(code) and 0 < len(order) <= 64):
            raise NotAsked("no invoice")
        good = any(self._ours(one) for one in read)
        return Hint(
            provider_id=code,
            order=order,
            word=fields.get("paymentStatus", "")[:64],
            signature=Signature.GOOD if good else Signature.BAD,
        )

    def _ours(self, fields: Mapping[str, str]) -> bool:
        """A shop may be set up to be sent its secret in place of a hash."""
        secret = self._options.get("SECRET_KEY", "")
        if not secret or fields.get("eshopId") != self._options.get("ESHOP_ID"):
            return False
        given = fields.get("hash", "").lower().encode()
        if not given:
            return hmac.compare_digest(fields.get("secretKey", "").encode(), secret.encode())
        return any(hmac.compare_digest(md5(fields, NOTICE, secret, encoding).encode(), given) for encoding in ENCODINGS)


def _fields(body: bytes, encoding: str) -> dict[str, str] | None:
    """None where it is no form, a field comes twice, or the letters are none of this encoding's."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            encoding=encoding,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        return None
    found = dict(pairs)
    return found if len(found) == len(pairs) else None


def reader(config: ConnectorConfig) -> NoticeReader:
    return Notices(config.options)

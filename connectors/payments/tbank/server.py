"""Reads T-Bank's notices: JSON, signed with the Token of their own fields; pure. The answer is exactly OK."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from connectors.kit.answers import any_json
from connectors.kit.config import ConnectorConfig
from connectors.kit.payment import Hint, NotAsked, NoticeReader, Notification, Signature
from connectors.payments.tbank.mapping import printed, token

RECEIPT = "RECEIPT"


class Notices:
    """No amount and no status of a notice is ever believed; a receipt's marks are told by signed notices alone, and by no call."""

    answer = b"OK"

    def __init__(self, options: Mapping[str, str]) -> None:
        self._options = options

    def read(self, notification: Notification) -> Hint:
        fields = any_json(notification.body)
        if not isinstance(fields, dict):
            raise NotAsked("not a notice")
        provider_id, order = fields.get("PaymentId"), fields.get("OrderId")
        if not isinstance(provider_id, int | str) or isinstance(provider_id, bool) or not str(provider_id) or len(str(provider_id)) > 64:
            raise NotAsked("no payment")
        given = fields.get("Token")
        made = token(fields, self._options.get("PASSWORD", ""))
        good = isinstance(given, str) and given.isascii() and hmac.compare_digest(given.lower(), made)
        return Hint(
            provider_id=str(provider_id),
            order=order[:64] if isinstance(order, str) else "",
            word=str(fields.get("Status", ""))[:64],
            signature=Signature.GOOD if good else Signature.BAD,
            receipt=printed(fields) if good and fields.get("Status") == RECEIPT else None,
        )


def reader(config: ConnectorConfig) -> NoticeReader:
    return Notices(config.options)

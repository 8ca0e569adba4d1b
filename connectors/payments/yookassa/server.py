"""Reads ЮKassa's webhooks, which carry no signature: a hint about a payment, whoever sent it; pure."""

from __future__ import annotations

import msgspec

from connectors.kit.config import ConnectorConfig
from connectors.kit.payment import Hint, NotAsked, NoticeReader, Notification, Signature


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """`id` is the payment's, in a refund's notice `payment_id` is."""

    id: str
    status: str = ""
    payment_id: str = ""


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    event: str
    object: Told


class Webhooks:
    """Nothing of the object is believed but which payment it is about."""

    answer = b""

    def read(self, notification: Notification) -> Hint:
        try:
            found = msgspec.json.decode(notification.body, type=Webhook)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise NotAsked("not a webhook") from error
        about = found.object.payment_id if found.event.startswith("refund.") else found.object.id
        if not about or len(about) > 64:
            raise NotAsked("no payment")
        return Hint(provider_id=about, order="", word=found.event[:64], signature=Signature.NONE)


def reader(config: ConnectorConfig) -> NoticeReader:  # noqa: ARG001 - every acquirer's reader is made alike
    return Webhooks()

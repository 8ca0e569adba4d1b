"""Notices to a person at MAX, by the operator's own bot: it writes to people who opened it."""

from __future__ import annotations

from connectors.kit.channel import TalkChannel
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.talks import Talks
from connectors.max.client import MaxChats
from connectors.max.manifest import MANIFEST, NOTICE_TOKEN


def connect(config: ConnectorConfig, equipment: Equipment) -> TalkChannel | None:
    """None where the operator has no bot. Schools' bots of class chats are other accounts, but the network and its budget are one."""
    if not config.demo and not config.options.get(NOTICE_TOKEN):
        return None

    def token() -> str:
        return config.options.get(NOTICE_TOKEN, "")

    carrier = MaxChats(config, equipment)
    return Talks(MANIFEST, carrier, token, at="https://max.ru/{username}", longest=4000, sends_once=False)

"""Notices to a person at VK, by the operator's own community: it writes to people who allowed it."""

from __future__ import annotations

from connectors.kit.channel import TalkChannel
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.talks import Talks
from connectors.vkapi.client import VkChats
from connectors.vkapi.manifest import MANIFEST, NOTICE_TOKEN


def connect(config: ConnectorConfig, equipment: Equipment) -> TalkChannel | None:
    """None where the operator has no community. VK takes a message with one `random_id` once (facts/vkid-and-class-chats.md 2.3)."""
    if not config.demo and not config.options.get(NOTICE_TOKEN):
        return None

    def token() -> str:
        return config.options.get(NOTICE_TOKEN, "")

    carrier = VkChats(config, equipment)
    return Talks(MANIFEST, carrier, token, at="https://vk.me/club{id}", longest=9000, sends_once=True)

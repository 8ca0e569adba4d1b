"""What the connector of VK's chats is called, needs and can (VK API schema 5.199, `messages` and `groups`)."""

from __future__ import annotations

from connectors.kit.manifest import ChatAbility, Instance, Kind, Manifest, Quality, Setting

VERSION = "VERSION"
DEFAULT_VERSION = "5.199"
NOTICE_TOKEN = "NOTICE_TOKEN"

SETTINGS = (
    Setting(
        name=VERSION,
        doc="Version of VK API that is asked for. Each school enters the id and key of its class chats' community in the office.",
        default=DEFAULT_VERSION,
        pattern=r"5\.(8[1-9]|9[0-9]|[1-9][0-9]{2})",
        form="5.81 or later, as 5.199",
    ),
    Setting(
        name=NOTICE_TOKEN,
        doc="Key of the operator's own community, which writes notices to people who allowed it; unset: no notices in VK.",
        secret=True,
    ),
)

MANIFEST = Manifest(
    id="vkapi",
    title="Чаты VK",
    kind=Kind.CHAT,
    instances=(Instance(name="vkapi", title="Чаты VK", prefixes=("vkapi",)),),
    documents=("VKCOM/vk-api-schema 5.199: messages, groups", "VK API: Ограничения и рекомендации"),
    quality=Quality.GOLD,
    settings=SETTINGS,
    channel="vk",
    # A community asks 20 times a second, and every school has a community of its own.
    calls_per_minute=1200,
    parallel_calls=32,
    public_hosts=("api.vk.ru", "api.vk.com"),
    error_codes={
        "unavailable": "10",
        "rate_limited": "6",
        "auth_expired": "5",
        "access_denied": "925",
        "not_found": "927",
        "rejected": "14",
    },
    # A community may not add anybody (messages.addChatUser is for people): they come by the link.
    chat=frozenset(ChatAbility) - {ChatAbility.ADD},
)

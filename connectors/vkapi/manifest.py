"""What the connector of VK's chats is called, needs and can (VK API schema 5.199, `messages` and `groups`)."""

from __future__ import annotations

from connectors.kit.manifest import ChatAbility, Instance, Kind, Manifest, Quality, Setting

VERSION = "VERSION"
DEFAULT_VERSION = "5.199"

SETTINGS = (
    Setting(
        name=VERSION,
        doc="Version of VK API that is asked for. There is no other setting: each school enters its community's id and key in the office.",
        default=DEFAULT_VERSION,
        pattern=r"5\.(8[1-9]|9[0-9]|[1-9][0-9]{2})",
        form="5.81 or later, as 5.199",
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

"""What the connector of MAX's chats is called, needs and can (dev.max.ru, MAX Bot API)."""

from __future__ import annotations

from connectors.kit.manifest import ChatAbility, Instance, Kind, Manifest, Quality, Setting

NOTICE_TOKEN = "NOTICE_TOKEN"

MANIFEST = Manifest(
    id="max",
    title="Чаты MAX",
    kind=Kind.CHAT,
    instances=(Instance(name="max", title="Чаты MAX", prefixes=("max",)),),
    documents=("dev.max.ru: MAX Bot API", "max-bot-api-schemas, 2026-07-01"),
    quality=Quality.GOLD,
    settings=(
        Setting(
            name=NOTICE_TOKEN,
            doc="Token of the operator's own bot, which writes notices to people who opened it; unset: no notices in MAX. Schools enter "
            "the bots of their class chats in the office.",
            secret=True,
        ),
    ),
    channel="max",
    calls_per_minute=1800,
    parallel_calls=32,
    # The certificate is of the Ministry's authority: it must be among those that the machine trusts.
    public_hosts=("platform-api2.max.ru",),
    error_codes={
        "unavailable": "service.unavailable",
        "rate_limited": "too.many.requests",
        "auth_expired": "verify.token",
        "access_denied": "chat.denied",
        "not_found": "chat.not.found",
        "rejected": "proto.payload",
    },
    # A person makes the chat and takes the bot in; the list of a bot's chats was given up in June 2026; links are changed by people;
    # a message has no number of ours by which a repeat could be known.
    chat=frozenset(ChatAbility) - {ChatAbility.CREATE, ChatAbility.LIST_CHATS, ChatAbility.RESET_LINK, ChatAbility.SENDS_ONCE},
)

"""What the VK ID connector is called, needs and speaks (VK ID: "Справочник методов API", "Access token", "user-info")."""

from __future__ import annotations

from connectors.kit.manifest import Instance, Kind, Manifest, Quality, Setting

CLIENT_ID = "CLIENT_ID"
SCOPE = "SCOPE"

PERSONAL = "vkid.personal_info"
# The phone is never a proof: it only shows that a child's profile was opened on a parent's number (RULES A9).
DEFAULT_SCOPE = f"{PERSONAL} phone"

SETTINGS = (
    Setting(
        name=CLIENT_ID,
        doc="Number of the application registered at VK ID. There is no secret: VK ID takes public clients with PKCE. "
        "Register `<HUB_PUBLIC_URL>/auth/vkid/return` there as a trusted redirect URL.",
        required=True,
    ),
    Setting(
        name=SCOPE,
        doc="Scopes asked for, separated by spaces. `phone` needs a confirmed business profile at VK; without one leave only "
        f"`{PERSONAL}`: then a profile opened on somebody else's number is not noticed by the number.",
        default=DEFAULT_SCOPE,
    ),
)

MANIFEST = Manifest(
    id="vkid",
    title="VK ID",
    kind=Kind.SIGN_IN,
    instances=(Instance(name="vkid", title="VK ID", prefixes=("vkid",)),),
    documents=("VK ID: Справочник методов API", "VK ID: Access token", "VK ID: ID token", "VK ID: user-info"),
    quality=Quality.GOLD,
    settings=SETTINGS,
    # The quota of public applications is 15 000 requests a day and address; a sign-in takes two.
    calls_per_minute=600,
    parallel_calls=32,
    public_hosts=("id.vk.ru", "id.vk.com"),
    error_codes={
        "unavailable": "temporarily_unavailable",
        "rate_limited": "slow_down",
        "auth_expired": "invalid_token",
        "access_denied": "access_denied",
        "rejected": "invalid_client",
    },
)

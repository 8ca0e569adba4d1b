"""The demo's accounts at the played acquirers and text gateways: keys asked of the sandbox, put where the connectors look for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from connectors.kit.config import ConnectorConfig
from hub.demo.control import TownSchool

KEYS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "rbs": {"USER": "userName", "PASSWORD": "password", "CALLBACK_TOKEN": "callbackToken"},
        "yookassa": {"SHOP_ID": "shop_id", "SECRET_KEY": "secret_key"},
        "tbank": {"TERMINAL_KEY": "TerminalKey", "PASSWORD": "Password"},
        "smsc": {"LOGIN": "login", "PSW": "psw"},
        "smsru": {"API_ID": "api_id"},
        "demand": {"ESHOP_ID": "eshopId", "SECRET_KEY": "secretKey"},
    }
)
"""By system: our setting and the sandbox's word for it."""

NOTICE_TOKEN = "NOTICE_TOKEN"
WRITERS = ("max", "vkapi")


def put_keys(config: ConnectorConfig, told: Mapping[str, str]) -> None:
    """What the environment set stays; the sandbox's keys are the same at each of its starts."""
    options = config.options
    if isinstance(options, dict):
        for name, word in KEYS[config.instance].items():
            if word in told:
                options.setdefault(name, told[word])


def put_writers(connectors: Mapping[str, ConnectorConfig], schools: Sequence[TownSchool]) -> None:
    """The operator of the demo has no bot and no community of its own: the first school's write notices to people."""
    for name in WRITERS:
        options = connectors[name].options if name in connectors else None
        token = next((str(one.accounts[name]["token"]) for one in schools if one.accounts.get(name, {}).get("token")), "")
        if isinstance(options, dict) and token:
            options.setdefault(NOTICE_TOKEN, token)

"""The demo's accounts at the played acquirers and text gateways: keys asked of the sandbox, put where the connectors look for them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from connectors.kit.config import ConnectorConfig

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


def put_keys(config: ConnectorConfig, told: Mapping[str, str]) -> None:
    """What the environment set stays; the sandbox's keys are the same at each of its starts."""
    options = config.options
    if isinstance(options, dict):
        for name, word in KEYS[config.instance].items():
            if word in told:
                options.setdefault(name, told[word])

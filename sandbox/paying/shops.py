"""Shops that may call an acquirer: the demo's own with a key that stays the same, and any that are registered."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from quart import Blueprint, jsonify

from sandbox.asked import Refused, body_object

DEMO: Final = "demo-"
"""Secrets that begin so are refused by a hub outside the demo."""
MOST_SHOPS: Final = 1000


def demo_key(label: str, length: int = 32) -> str:
    """A secret that is the same at each start and in no file."""
    return DEMO + hashlib.sha256(f"school hub, played acquirers: {label}".encode()).hexdigest()[:length]


@dataclass(slots=True, kw_only=True)
class Shop:
    """`notify_url` None: below the hub's address; `more` are further keys, such as the one that signs notices."""

    id: str
    secret: str
    title: str = "School Hub"
    notify_url: str | None = None
    more: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Merchants:
    """Demo keys of every acquirer by its system; `hub_url` None: notices are kept and sent nowhere."""

    hub_url: str | None = None
    keys: dict[str, dict[str, str]] = field(default_factory=dict)


class Shops:
    """The shops of one acquirer; they outlive a reset. `names` are its own words for a shop's name and secret."""

    def __init__(self, merchants: Merchants, system: str, names: tuple[str, str], demo: Shop) -> None:
        self.names = names
        self._merchants = merchants
        self._system = system
        self.demo = demo
        self.all = {demo.id: demo}
        merchants.keys[system] = self.shown(demo)

    def authenticated(self, name: str, secret: str) -> Shop | None:
        found = self.all.get(name)
        right = secrets.compare_digest((found.secret if found else "").encode(), secret.encode())
        return found if found is not None and right else None

    def notify_url(self, shop: Shop) -> str | None:
        hub = self._merchants.hub_url
        return shop.notify_url or (None if hub is None else f"{hub.rstrip('/')}/pay/{self._system}/notify")

    def shown(self, shop: Shop) -> dict[str, str]:
        return {self.names[0]: shop.id, self.names[1]: shop.secret, **shop.more}

    def register(self, body: Mapping[str, Any]) -> Shop:
        """No name: the demo's shop. A known shop keeps what is not given."""
        name, secret, url, title = (body.get(key) for key in (*self.names, "notify_url", "title"))
        if name is None:
            name = self.demo.id
        known = self.all.get(str(name))
        if not isinstance(name, str) or not name or len(name) > 100:
            raise Refused(f"{self.names[0]} — непустая строка")
        if known is None and (not isinstance(secret, str) or not secret):
            raise Refused(f"{self.names[1]} — непустая строка")
        if not all(value is None or isinstance(value, str) for value in (secret, url, title)):
            raise Refused(f"{self.names[1]}, notify_url, title — строки")
        if known is None and len(self.all) >= MOST_SHOPS:
            raise Refused("Магазинов слишком много", 409)
        shop = known or Shop(id=name, secret=str(secret), more={key: demo_key(f"{name} {key}") for key in self.demo.more})
        shop.secret, shop.title = secret or shop.secret, title or shop.title
        if "notify_url" in body:
            shop.notify_url = url
        self.all[name] = shop
        if shop is self.demo:
            self._merchants.keys[self._system] = self.shown(shop)
        return shop


def merchants_routes(merchants: Merchants) -> Blueprint:
    routes = Blueprint("merchants", __name__)

    @routes.get("/_sandbox/merchants")
    async def shown() -> Any:
        return jsonify(merchants.keys)

    @routes.post("/_sandbox/merchants")
    async def follow() -> Any:
        """`{hub_url}`: where notices go whose shop names no address; null keeps them here."""
        url = (await body_object()).get("hub_url")
        if url is not None and not isinstance(url, str):
            raise Refused("hub_url — адрес или null")
        merchants.hub_url = url
        return jsonify(hub_url=url)

    return routes

"""Cookies and the signed-in visitor: who asks, from which network, and whether a write really comes from our own page."""

from __future__ import annotations

import hmac
import re
import secrets
from ipaddress import IPv6Address, ip_address, ip_network

from quart import Response, g, request

from hub.flows.recognise import recognise
from hub.flows.refusals import Reason, Refused
from hub.store.sessions import Kind, Visitor, term_of
from hub.web.answers import deps
from identity.family.child_login import CHILD_LOGIN

_BROWSER = re.compile(r"[A-Za-z0-9_-]{32,64}")
BROWSER_LIFE_S = 86_400
DEVICE_LIFE_S = 400 * 86_400


def session_cookie() -> str:
    return "__Host-hub" if deps().settings.secure else "hub"


def browser_cookie() -> str:
    """The cookie that binds a flow to the browser in which it began; all tabs share it."""
    return "__Host-hub-flow" if deps().settings.secure else "hub-flow"


def device_cookie() -> str:
    """The cookie by which a browser is known again for a person; it opens nothing."""
    return "__Host-hub-device" if deps().settings.secure else "hub-device"


def device() -> str | None:
    found = request.cookies.get(device_cookie(), "")
    return found if _BROWSER.fullmatch(found) else None


def keep_device(answer: Response, value: str) -> None:
    _set(answer, device_cookie(), value, DEVICE_LIFE_S)


async def visitor() -> Visitor | None:
    """The signed-in person of this request; found once a request."""
    if "visitor" not in g:
        token = request.cookies.get(session_cookie(), "")
        g.visitor = await recognise(deps(), token) if token else None
    found: Visitor | None = g.visitor
    return found


async def signed_in() -> Visitor:
    """The visitor, or 401."""
    found = await visitor()
    if found is None:
        raise Refused(Reason.NOT_SIGNED_IN)
    return found


async def signed_in_writer(*, pupil: bool = False) -> Visitor:
    """The visitor of a write that came from our own page, or 401 or 403. `pupil`: a child's own login may do it too; else it only views."""
    found = await signed_in()
    require_our_page()
    if found.system == CHILD_LOGIN and not pupil:
        raise Refused(Reason.PUPIL_VIEWS_ONLY)
    given = request.headers.get("X-CSRF-Token") or (await request.form).get("csrf_token", "")
    if not hmac.compare_digest(given.encode(), found.csrf.encode()):
        raise Refused(Reason.CSRF)
    return found


def require_our_page() -> None:
    """A write that a foreign page caused is refused, signed in or not."""
    if not _from_our_page():
        raise Refused(Reason.CROSS_SITE, "Запрос пришёл с чужой страницы, мы его не выполнили. Откройте нужную страницу здесь и повторите.")


def _from_our_page() -> bool:
    """`Referrer-Policy: no-referrer` makes browsers send `Origin: null` with forms; then Sec-Fetch-Site tells."""
    origin = request.headers.get("Origin")
    if origin in (None, "null"):
        return request.headers.get("Sec-Fetch-Site") == "same-origin"
    return origin == deps().settings.public_url


def led_from_elsewhere() -> bool:
    """A link on a foreign page brought the browser here."""
    return request.headers.get("Sec-Fetch-Site") == "cross-site"


def browser() -> str | None:
    found = request.cookies.get(browser_cookie(), "")
    return found if _BROWSER.fullmatch(found) else None


def new_browser() -> str:
    return secrets.token_urlsafe(24)


def keep_browser(answer: Response, value: str) -> None:
    _set(answer, browser_cookie(), value, BROWSER_LIFE_S)


def keep_session(answer: Response, token: str, *, life_s: int | None = None) -> None:
    """`life_s` of a session that lasts longer than a browser's; one of the installed app keeps its length when its token changes."""
    known: Visitor | None = g.get("visitor")
    kind = known.kind if known else Kind.BROWSER
    _set(answer, session_cookie(), token, life_s or int(term_of(kind, deps().now().date()).absolute.total_seconds()))


def drop_session(answer: Response) -> None:
    _set(answer, session_cookie(), "", 0)


def _set(answer: Response, name: str, value: str, max_age_s: int) -> None:
    answer.set_cookie(name, value, max_age=max_age_s, path="/", secure=deps().settings.secure, httponly=True, samesite="Lax")


def network() -> str:
    """What failures are counted by: an IPv4 address, or the /64 of an IPv6 one."""
    text = request.remote_addr or ""
    try:
        address = ip_address(text)
    except ValueError:
        return text
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped) if address.ipv4_mapped else str(ip_network((address, 64), strict=False))
    return str(address)


_SYSTEMS = (
    (re.compile(r"Windows"), "Windows"),
    (re.compile(r"Android"), "Android"),
    (re.compile(r"iPhone"), "iPhone"),
    (re.compile(r"iPad"), "iPad"),
    (re.compile(r"Mac OS X|Macintosh"), "Mac"),
    (re.compile(r"CrOS"), "ChromeOS"),
    (re.compile(r"Linux"), "Linux"),
)
_BROWSERS = (
    (re.compile(r"YaBrowser"), "Яндекс Браузер"),
    (re.compile(r"Edg"), "Edge"),
    (re.compile(r"OPR|Opera"), "Opera"),
    (re.compile(r"Firefox|FxiOS"), "Firefox"),
    (re.compile(r"SamsungBrowser"), "Samsung Internet"),
    (re.compile(r"Chrome|CriOS"), "Chrome"),
    (re.compile(r"Safari"), "Safari"),
)


def device_label() -> str:
    """«Chrome, Windows» for the device list; nothing of the header itself is kept."""
    agent = request.headers.get("User-Agent", "")[:500]
    named = [next((word for sign, word in table if sign.search(agent)), None) for table in (_BROWSERS, _SYSTEMS)]
    return ", ".join(word for word in named if word) or "Неизвестное устройство"

"""The ways on from a page that says no: a conflict has exactly three, and none is a dead end (RULES A12)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from quart import g, request

from hub.deps import Deps
from hub.errors import Problem
from hub.flows.views.people.family import ExitView
from hub.web.paths import own_path
from hub.web.ways import MAIN, other_ways


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A button, or a sentence's link, of such a page."""

    href: str
    title: str


FLOWS = frozenset({"flow_unknown", "flow_foreign", "flow_used", "flow_expired"})
CONFLICTS = FLOWS | {
    "review", "initiator_mismatch", "relation_unproven", "self_parent", "already_bound", "phone_shared_with_guardian",
    "birthdate_mismatch", "role_mismatch", "merge_refused", "swap_refused", "last_strong_identity",
}  # fmt: skip
_FIRST = {
    "review": "Войти через Госуслуги",
    "initiator_mismatch": "Войти и подключить заново",
    "already_bound": "Войти в другой профиль и подключить",
    "self_parent": "Войти в нужный профиль и подключить",
    "role_mismatch": "Войти в нужный профиль и подключить",
    "merge_refused": "Войти в другой кабинет заново",
    "swap_refused": "Мои входы",
    "last_strong_identity": "Подключить другой вход",
}
_SWAP = Way(href="/family/swap", title="Профили родителя и ребёнка перепутаны? Поменяйте их местами")
_MERGE = Way(href="/family/merge", title="Это тоже ваш кабинет? Объедините кабинеты")
_RELATED = {
    "already_bound": (_MERGE, _SWAP),
    "phone_shared_with_guardian": (_SWAP,),
    "role_mismatch": (_SWAP,),
    "self_parent": (_SWAP,),
}


def ways_on(deps: Deps, found: Problem) -> list[Way]:
    """The buttons of the page."""
    if found.slug in CONFLICTS:
        return _three(deps, found)
    home, support = Way(href="/", title="На главную"), Way(href="/help", title="Помощь")
    again = Way(href=_after_sign_in(f"/auth/{MAIN}/start"), title="Войти через Госуслуги")
    for way in other_ways(deps):
        if request.path.startswith(f"/auth/{way.name}/"):
            return [Way(href=f"/auth/{way.name}/start", title=f"Войти через {way.title}"), again, home, support]
    if request.path.startswith("/auth/") or found.status == 401 or found.slug in ("level_too_low", "not_fresh"):
        return [again, home, support]
    return [home, support]


def related(found: Problem) -> list[Way]:
    """What else may be behind it, as sentences below the text."""
    if g.get("visitor") is None:
        return []
    if found.slug == "flow_used":
        return [Way(href="/", title="Вы уже вошли: откройте кабинет")]
    return list(_RELATED.get(found.slug, ()))


def _three(deps: Deps, found: Problem) -> list[Way]:
    """Sign in and link, a code, the school; a person who is not signed in reads first what a code is."""
    given = found.more.get("exits", ())
    told = {way.kind: way.href for way in given if isinstance(way, ExitView)} if isinstance(given, tuple) else {}
    first = (told.get("sign_in_and_link") if found.slug != "initiator_mismatch" else None) or _start(deps, found)
    title = "Войти заново" if found.slug in FLOWS else _FIRST.get(found.slug, "Войти в профиль и подключить")
    code = "/invitation" if g.get("visitor") is not None else "/help#code"
    return [
        Way(href=first, title=title),
        Way(href=code, title="Ввести код школы"),
        Way(href="/help#school", title="Обратиться в школу"),
    ]


def _start(deps: Deps, found: Problem) -> str:
    """Where it began: a way to sign in from its own button, a diary from the page that connects it."""
    parts = request.path.split("/")
    system = parts[2] if len(parts) > 2 and parts[1] == "auth" else ""
    if found.slug == "review" and found.more.get("reason") == "link_suspended" and system in deps.sign_ins:
        return f"/auth/{MAIN}/start?{urlencode({'next': f'/family/sign-ins/add/{system}'})}"
    if found.slug == "review" or (system not in deps.sign_ins and system not in deps.diaries):
        return f"/auth/{MAIN}/start"
    if found.slug == "initiator_mismatch":
        return "/family/sign-ins"
    return f"/auth/{system}/start" if system in deps.sign_ins else f"/connect/{system}"


def _after_sign_in(start: str) -> str:
    """Whoever must sign in for a page comes to that page."""
    if request.method != "GET" or request.path.startswith("/auth/"):
        return start
    path = own_path(request.full_path.rstrip("?"))
    return start if path == "/" else f"{start}?{urlencode({'next': path})}"

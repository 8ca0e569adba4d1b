"""The frame of every office page: the sections that the post opens, who works here, and as what (RULES B6)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from quart import Blueprint, current_app, g, request
from werkzeug.routing import Map

from hub.flows.office.rights import Act
from hub.flows.office.working import show_posts
from hub.flows.views.school.staff import PostList
from hub.web.answers import deps

routes = Blueprint("office_tabs", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """`key` is what a page calls itself; `more` stands behind «Ещё»."""

    path: str
    title: str
    key: str
    act: Act
    more: bool = False


TABS = (
    Tab(path="/office", title="Очередь", key="queue", act=Act.JOINS),
    Tab(path="/office/classes", title="Классы", key="classes", act=Act.ROSTER),
    Tab(path="/office/pupils", title="Ученики", key="pupils", act=Act.ROSTER),
    Tab(path="/office/absences", title="Отсутствие", key="absences", act=Act.ABSENCES),
    Tab(path="/office/announcements", title="Объявления", key="announcements", act=Act.ANNOUNCEMENTS),
    Tab(path="/office/appeals", title="Обращения", key="appeals", act=Act.APPEALS),
    Tab(path="/office/chats", title="Чаты", key="chats", act=Act.CHATS),
    Tab(path="/office/guard", title="Проходная", key="guard", act=Act.PASSES),
    Tab(path="/office/meals", title="Питание", key="meals", act=Act.DIET),
    Tab(path="/office/menu", title="Меню", key="menu", act=Act.MENU),
    Tab(path="/office/debits", title="Списать питание", key="debits", act=Act.DEBITS),
    Tab(path="/office/lessons", title="Занятия", key="lessons", act=Act.LESSONS, more=True),
    Tab(path="/office/disputes", title="Споры", key="disputes", act=Act.DISPUTES),
    Tab(path="/office/contradictions", title="Расхождения", key="contradictions", act=Act.DISPUTES, more=True),
    Tab(path="/office/prices", title="Цены и долг", key="prices", act=Act.PRICES, more=True),
    Tab(path="/office/reviews", title="Проверки", key="reviews", act=Act.REVIEWS, more=True),
    Tab(path="/office/roster/import", title="Загрузить список", key="import", act=Act.CARDS, more=True),
    Tab(path="/office/restrictions", title="Ограничения", key="restrictions", act=Act.RESTRICTIONS, more=True),
    Tab(path="/office/recovery", title="Восстановление входа", key="recovery", act=Act.RECOVERY, more=True),
    Tab(path="/office/swaps", title="Обмен профилей", key="swaps", act=Act.REVIEWS, more=True),
    Tab(path="/office/money", title="Деньги", key="money", act=Act.MONEY, more=True),
    Tab(path="/office/payouts", title="Выплаты", key="payouts", act=Act.CONTRACTS, more=True),
    Tab(path="/office/benefits", title="Льготы", key="benefits", act=Act.CONTRACTS, more=True),
    Tab(path="/office/carriers", title="Карты и браслеты", key="carriers", act=Act.CARRIERS, more=True),
    Tab(path="/office/devices", title="Устройства", key="devices", act=Act.DEVICES, more=True),
    Tab(path="/office/breaks", title="Каникулы", key="breaks", act=Act.STAFF, more=True),
    Tab(path="/office/contacts", title="Контакты школы", key="contacts", act=Act.STAFF, more=True),
    Tab(path="/office/support", title="Вопросы", key="support", act=Act.STAFF, more=True),
    Tab(path="/office/staff", title="Сотрудники", key="staff", act=Act.STAFF, more=True),
)


def open_tabs(posts: PostList) -> tuple[Tab, ...]:
    """Those that this post reaches and that are there."""
    here = posts.here
    if here is None:
        return ()
    return tuple(one for one in TABS if one.act.value in here.acts and one.path in _addresses(current_app.url_map))


@lru_cache(maxsize=4)
def _addresses(known: Map) -> frozenset[str]:
    return frozenset(rule.rule for rule in known.iter_rules())


@routes.app_context_processor
async def frame() -> dict[str, Any]:
    """Only below `/office`: other pages pay nothing for it."""
    who = g.get("visitor")
    if who is None or not (request.path == "/office" or request.path.startswith("/office/")):
        return {}
    posts = await show_posts(deps(), who)
    return {"desk_posts": posts, "desk_tabs": open_tabs(posts)}

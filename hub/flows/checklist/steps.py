"""From facts to steps: each with its state, what is missing and how to get it; a messenger is never a condition (RULES A9); pure."""

from __future__ import annotations

from datetime import datetime

from hub.flows.checklist.facts import LEVELS, ChildFacts, Facts
from hub.flows.checklist.my_school import my_school
from hub.flows.checklist.ways import (
    ADD_CHILD,
    AGAIN,
    ALLOW,
    ASK_SCHOOL,
    BY_SCHOOL,
    CHECKS,
    CODE,
    CONFIRM,
    NO_SNILS,
    REGISTER,
    SIGN_IN,
)  # fmt: skip
from hub.flows.views.self_service.checklist import ChecklistChild, ChildSteps, HowView, StepView
from identity.claims import Level
from identity.model import EdgeState, Missing

DONE, OPEN, WAITING, ATTENTION, BLOCKED, OPTIONAL, ASIDE = "done", "todo", "waiting", "attention", "blocked", "optional", "aside"
_TITLES = {"gosuslugi": "Госуслуги", "child": "Ребёнок", "messenger": "VK ID или MAX", "diary": "Дневник"}
_NAMES = {"vkid": "VK ID", "max": "MAX"}


def steps_of(facts: Facts, one: ChildFacts | None, now: datetime) -> ChildSteps:
    """For one child, or for nobody yet."""
    account = gosuslugi(facts, now)
    found = [account]
    if one is None:
        found.append(_no_child(facts, account))
    else:
        if not one.view.is_self:
            found.append(_child(facts, one))
        found += [_messenger(facts, one), _diary(one), my_school(facts, one, now)]
    counted = [step for step in found if step.counts]
    left = [step for step in counted if step.state != DONE]
    who = one.view.person if one else None
    return ChildSteps(
        child=ChecklistChild(id=who.id, first_name=who.first_name, last_name=who.last_name, is_self=one.view.is_self)
        if who is not None and one is not None
        else None,
        steps=tuple(found),
        done=len(counted) - len(left),
        total=len(counted),
        finished=not left,
        next=next((step.kind for step in left if step.state in (OPEN, ATTENTION)), None),
        put_aside=one.home_aside if one is not None else facts.home_aside,
    )


def gosuslugi(facts: Facts, now: datetime) -> StepView:
    """What the own account still lacks (F053); a check that the person says is under way is waited for (F048)."""
    if not facts.by_gosuslugi:
        text = "Нужна ваша учётная запись Госуслуг. Её нет? Есть три способа завести."
        return _step("gosuslugi", OPEN, text, how=(SIGN_IN, *REGISTER), missing=("no_account",))
    if facts.me.level is not Level.CONFIRMED:
        return _unconfirmed(facts, now)
    if Missing.SNILS_MISSING.value in facts.lacks:
        text = "Запись подтверждена, но СНИЛС в ней нет: по нему школа узнаёт родителя."
        return _step("gosuslugi", ATTENTION, text, how=(NO_SNILS, AGAIN), missing=("snils",))
    return _step("gosuslugi", DONE, "Подтверждённая запись: доступно всё.")


def _unconfirmed(facts: Facts, now: datetime) -> StepView:
    level = LEVELS.get(facts.me.level, "неподтверждённая")
    if facts.check is not None and facts.check[0] in CHECKS:
        check, since = CHECKS[facts.check[0]], facts.check[1]
        until = since + check.longest
        if now < until:
            text = f"Ждём, пока {check.title} и ведомства проверят данные: {check.usual}, иногда до 5 дней. Потом войдите сюда ещё раз."
            return _step("gosuslugi", WAITING, text, how=(CONFIRM[-1],), missing=("level_too_low",), since=since, until=until)
        text = "Пять дней прошли, а запись у нас всё ещё не подтверждена. Войдите ещё раз; не помогло — спросите там, где подтверждали."
        return _step("gosuslugi", ATTENTION, text, how=(AGAIN, *CONFIRM), missing=("level_too_low",), since=since)
    allows = "заявление в школу подать можно, остальное откроется" if facts.me.level is Level.STANDARD else "дети и дневник откроются"
    text = f"Сейчас запись {level}: {allows} с подтверждённой. Подтвердить можно бесплатно."
    return _step("gosuslugi", OPEN, text, how=CONFIRM, missing=("level_too_low",))


def _no_child(facts: Facts, account: StepView) -> StepView:
    if account.state != DONE:
        text = "Дети появятся сами, когда запись Госуслуг будет подтверждена."
        return _step("child", BLOCKED, text, how=(CODE, BY_SCHOOL), missing=("no_children",), after="gosuslugi")
    if Missing.CHILDREN_NOT_TOLD.value in facts.lacks:
        return _step("child", OPEN, "Госуслуги не сказали о детях: вы не разрешили.", how=(ALLOW, CODE), missing=("children_not_told",))
    return _step("child", OPEN, "Госуслуги не показали ни одного ребёнка.", how=(ADD_CHILD, CODE, BY_SCHOOL), missing=("no_children",))


def _child(facts: Facts, one: ChildFacts) -> StepView:
    right, lacks = one.view.right, {lack.value for lack in one.view.right.missing}
    if right.allowed and EdgeState.ACTIVE in one.edges:
        return _step("child", DONE, "Связь с ребёнком подтверждена.")
    if right.allowed:
        text = "Госуслуги больше не показывают ребёнка: 14 дней можно смотреть, но не решать. Проверьте раздел «Семья и дети»."
        return _step("child", ATTENTION, text, how=(ADD_CHILD, AGAIN, ASK_SCHOOL), missing=("to_confirm",))
    if Missing.EDGE_FROZEN.value in lacks:
        text = "Доступ остановлен: кто-то из близких не узнал вас. Решит школа."
        return _step("child", ATTENTION, text, how=(ASK_SCHOOL,), missing=("edge_frozen",))
    if Missing.UNDER_18.value in lacks or Missing.UNDER_18.value in facts.lacks:
        return _step("child", OPEN, "Родителю младше 18 лет доступ открывает школа.", how=(ASK_SCHOOL,), missing=("under_18",))
    if Missing.LEVEL_TOO_LOW.value in lacks or facts.me.level is not Level.CONFIRMED:
        text = "Ребёнок есть, но виден будет после подтверждения вашей записи Госуслуг."
        return _step("child", BLOCKED, text, missing=("level_too_low",), after="gosuslugi")
    return _step("child", OPEN, "Связь с ребёнком ждёт подтверждения.", how=(AGAIN, CODE, ASK_SCHOOL), missing=tuple(sorted(lacks)))


def _messenger(facts: Facts, one: ChildFacts) -> StepView:
    """Chats are there for who wants them; nothing else waits for them."""
    chats = f"/children/{one.view.person.id}/chats"
    if one.messengers:
        text = f"Подключено: {', '.join(one.messengers)}. Чаты класса позовут туда сами."
        return _step("messenger", DONE, text, how=(HowView(text="Чаты класса", href=chats),), counts=False)
    if one.messenger_aside:
        return _step("messenger", ASIDE, "Вы решили обойтись без чатов: дневник, питание и проходы от этого не зависят.", counts=False)
    how = tuple(HowView(text=f"Подключить {_NAMES[name]}", href=f"/family/sign-ins/add/{name}") for name in facts.offered)
    text = "Нужен только для закрытых чатов класса. Всё остальное работает и без него. Свой профиль — на свой номер, у ребёнка — на его."
    return _step("messenger", OPTIONAL, text, how=(*how, HowView(text="Какие чаты есть у класса", href=chats)), counts=False)


def _diary(one: ChildFacts) -> StepView:
    child, named = one.view.person.id, ", ".join(diary.title for diary in one.diaries)
    if any(diary.state == "active" for diary in one.diaries):
        return _step("diary", DONE, f"Подключён: {named}.", how=(HowView(text="Открыть дневник", href=f"/children/{child}/diary"),))
    if one.diaries:
        how = tuple(HowView(text=f"Войти в {one.title} заново", href="/family/sign-ins") for one in one.diaries[:1])
        return _step("diary", ATTENTION, f"{named} просит войти заново.", how=how, missing=("needs_login",))
    if not one.view.right.allowed:
        return _step("diary", BLOCKED, "Сначала нужна подтверждённая связь с ребёнком.", missing=("no_right",), after="child")
    how = (HowView(text="Выбрать дневник и войти", href=f"/connect?child={child}"), CODE)
    text = "Войдите в дневник ребёнка один раз. Если школа внесла ваш СНИЛС в карточку, код приглашения не нужен."
    return _step("diary", OPEN, text, how=how, missing=("not_linked",))


def _step(
    kind: str,
    state: str,
    text: str,
    *,
    how: tuple[HowView, ...] = (),
    missing: tuple[str, ...] = (),
    counts: bool = True,
    since: datetime | None = None,
    until: datetime | None = None,
    after: str | None = None,
) -> StepView:
    title = _TITLES[kind]
    return StepView(
        kind=kind, state=state, title=title, text=text, how=how, missing=missing, counts=counts, since=since, until=until, after=after
    )  # fmt: skip

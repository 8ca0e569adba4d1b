"""The last step: the application to the school in «Моя школа», as far as it has come (RULES A4, B1); pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from hub.flows.checklist.facts import ChildFacts, Facts
from hub.flows.checklist.ways import ASK_SCHOOL, BY_SCHOOL, NO_BIRTH_DATE
from hub.flows.views.self_service.checklist import HowView, StepView
from hub.store.joining.records import Bundle
from identity.joining import BundleState, RequestState, Role, Why, may_apply
from identity.model import Missing

KIND, TITLE = "my_school", "«Моя школа»"
PARTS = 2
ENDED = {
    BundleState.REJECTED: "Школа отклонила заявление. Причина — на его странице; исправьте и подайте снова.",
    BundleState.WITHDRAWN: "Заявление отозвано. Его можно подать снова.",
    BundleState.EXPIRED: "За 30 дней школа не решила, и заявление закрылось. Подайте его снова или позвоните в школу.",
}
_STATES: Mapping[Why, str] = {
    Why.PUPIL_ACTS_ALONE: "waiting",
    Why.TOO_YOUNG: "waiting",
    Why.BIRTH_DATE_MISSING: "todo",
    Why.REPRESENTATIVE_UNDER_18: "todo",
}
_TEXTS: Mapping[Why, str] = {
    Why.PUPIL_ACTS_ALONE: "Ученику уже 14 лет: заявление подаёт он сам, войдя своей записью Госуслуг.",
    Why.TOO_YOUNG: "До 14 лет заявление подаёт родитель из своего кабинета.",
    Why.BIRTH_DATE_MISSING: "Неизвестна дата рождения, а от неё зависит, кто подаёт заявление.",
    Why.REPRESENTATIVE_UNDER_18: "Родителю младше 18 лет доступ открывает школа.",
}
_WAYS: Mapping[Why, tuple[HowView, ...]] = {
    Why.PUPIL_ACTS_ALONE: (),
    Why.TOO_YOUNG: (),
    Why.BIRTH_DATE_MISSING: (NO_BIRTH_DATE, BY_SCHOOL),
    Why.REPRESENTATIVE_UNDER_18: (ASK_SCHOOL,),
}


def my_school(facts: Facts, one: ChildFacts, now: datetime) -> StepView:
    child, join = one.view.person, one.join
    page = f"/children/{child.id}/school"
    apply_here = HowView(text="Подать заявление", href=page)
    if join is not None and join.state is BundleState.COMPLETE:
        return _step("done", f"Школа приняла заявление. Класс: {join.class_name}.", how=(_one(page, join),))
    if join is not None and join.state in (BundleState.SUBMITTED, BundleState.PARTIAL):
        approved = sum(request.state is RequestState.APPROVED for request in join.requests)
        half = " Одно решение из двух уже есть." if approved and len(join.requests) == PARTS else ""
        text = f"Заявление ждёт решения школы.{half} Пока ждёте, остальное уже работает."
        return _step("waiting", text, how=(_one(page, join),), since=join.submitted_at, until=join.expires_at)
    if one.school:
        return _step("done", f"Ребёнок записан в школе: {one.school}. Заявление не нужно.", how=(HowView(text="Школа", href=page),))
    if join is not None and join.state in ENDED:
        return _step("attention", ENDED[join.state], how=(_one(page, join), apply_here), missing=(join.state.value,))
    return _not_yet(facts, one, apply_here, now)


def _not_yet(facts: Facts, one: ChildFacts, apply_here: HowView, now: datetime) -> StepView:
    """Who may apply is judged by the very rule of the application."""
    child, pupil = one.view.person, one.view.is_self
    if Missing.EDGE_FROZEN in one.view.right.missing:
        return _step("blocked", "Сначала школа решит, подтверждена ли связь с ребёнком.", after="child", missing=("edge_frozen",))
    role = Role.PUPIL if pupil else Role.LEGAL_REPRESENTATIVE
    why = may_apply(role, applicant=facts.me, child=child, level=facts.me.level, zone=child.zone, now=now)
    if why is None:
        text = "Подайте заявление: школу найдёте по названию или ИНН." + (
            "" if pupil else " До 14 лет в нём два запроса, отправим оба сразу."
        )
        return _step("todo", text, how=(apply_here, BY_SCHOOL), missing=("not_applied",))
    if why is Why.LEVEL_TOO_LOW:
        text = "Подать заявление можно со стандартной или подтверждённой записью Госуслуг."
        return _step("blocked", text, after="gosuslugi", missing=(why.value,))
    return _step(_STATES[why], _TEXTS[why], how=_WAYS[why], missing=(why.value,))


def _one(page: str, join: Bundle) -> HowView:
    return HowView(text="Заявление и его история", href=f"{page}/{join.id}")


def _step(
    state: str,
    text: str,
    *,
    how: tuple[HowView, ...] = (),
    missing: tuple[str, ...] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    after: str | None = None,
) -> StepView:
    return StepView(
        kind=KIND, state=state, title=TITLE, text=text, how=how, missing=missing, since=since, until=until, after=after
    )  # fmt: skip

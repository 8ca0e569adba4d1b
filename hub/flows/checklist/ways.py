"""How to get what is missing, in words for people (seed 001: three ways to Gosuslugi, two to confirm, how long checks take); pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from hub.flows.views.self_service.checklist import HowView

GOSUSLUGI_SITE = "https://www.gosuslugi.ru"

REGISTER = (
    HowView(text="В приложении или на сайте своего банка, около 10 минут: пароль придёт в СМС.", href=GOSUSLUGI_SITE, outside=True),
    HowView(text="Лично в МФЦ с паспортом и СНИЛС, от 15 минут: запись сразу будет подтверждённой."),
    HowView(text="По телефону и почте на сайте Госуслуг: запись будет упрощённой, потом её надо подтвердить."),
)
CONFIRM = (
    HowView(text="В приложении своего банка, можно с 14 лет: обычно 10 минут, иногда до 5 дней.", href=GOSUSLUGI_SITE, outside=True),
    HowView(text="Лично в МФЦ с паспортом и СНИЛС: от 15 минут до 5 дней."),
    HowView(text="Подтвердили? Войдите сюда ещё раз, заполнять ничего не нужно.", href="/auth/esia/start?next=/checklist"),
)
SIGN_IN = HowView(text="Запись уже есть? Войдите через Госуслуги.", href="/auth/esia/start?next=/checklist")
AGAIN = HowView(text="Войти через Госуслуги ещё раз.", href="/auth/esia/start?next=/checklist")
ALLOW = HowView(text="Войдите ещё раз и на странице «Предоставление прав доступа» отметьте данные о детях.", href=AGAIN.href)
ADD_CHILD = HowView(
    text="Добавьте ребёнка на Госуслугах: «Документы» → «Семья и дети» → «Добавить ребёнка», нужны свидетельство о рождении и СНИЛС.",
    href=GOSUSLUGI_SITE,
    outside=True,
)
CODE = HowView(text="Введите код приглашения, который дал классный руководитель.", href="/invitation")
BY_SCHOOL = HowView(
    text="Нет российского свидетельства о рождении или СНИЛС? Обратитесь в школу с документом ребёнка: она внесёт его сама.",
    href="/directory?kind=school",
)
ASK_SCHOOL = HowView(text="Обратитесь в школу с документом.", href="/directory?kind=school")
NO_BIRTH_DATE = HowView(
    text="Проверьте дату рождения на Госуслугах («Документы» → «Семья и дети») и войдите сюда ещё раз.", href=AGAIN.href
)
NO_SNILS = HowView(text="Добавьте СНИЛС на Госуслугах: «Документы» → «Личные документы».", href=GOSUSLUGI_SITE, outside=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A check of the account that departments make: how long it takes."""

    title: str
    usual: str
    longest: timedelta


CHECKS: Mapping[str, Check] = {
    "bank": Check(title="банк", usual="обычно 10 минут", longest=timedelta(days=5)),
    "centre": Check(title="МФЦ", usual="обычно 15 минут", longest=timedelta(days=5)),
}

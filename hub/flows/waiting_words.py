"""What a person hears while a diary is not open yet: what is waited for, what to do meanwhile, whom to call."""

from __future__ import annotations

from datetime import datetime

from connectors.kit.ports import DiaryPort, Waiting
from connectors.kit.registration import JoiningPort
from hub.flows.views.regions import PhoneView
from hub.flows.views.self_service.registration import WaitingView
from hub.regions import registry

_TITLES = {
    Waiting.LETTER: "Ждём, когда вы подтвердите почту",
    Waiting.APPLICATION: "Нужно заявление в школу",
    Waiting.APPROVAL: "Заявление ждёт решения школы",
    Waiting.INVITATION: "Нужен код приглашения на ребёнка",
    Waiting.LIST: "Школа ещё не связала вас с ребёнком",
}
_TEXTS = {
    Waiting.LETTER: "Дневник отправил письмо{to}. Откройте в нём ссылку, чтобы подтвердить почту: дневник откроется и здесь.",
    Waiting.APPLICATION: "Кабинет открыт, но детей в нём ещё нет. Составьте заявление: школа сверит его с вашим паспортом.",
    Waiting.APPROVAL: "Заявление подано. Отнесите в школу паспорт: школа сверит данные и ответит письмом, а дневник откроется здесь сам.",
    Waiting.INVITATION: "Вход принят, но детей в нём ещё нет. Код приглашения даёт классный руководитель.",
    Waiting.LIST: "Вход принят, но детей в нём ещё нет: связать вас с ребёнком может только администратор дневника в школе.",
}
_STEPS = {
    Waiting.LETTER: (
        "Письма нет? Посмотрите в «Спаме» и подождите несколько минут.",
        "Ошиблись в адресе почты? Отмените регистрацию и начните заново.",
    ),
    Waiting.APPLICATION: ("Возьмите в школу паспорт и свидетельство о рождении ребёнка.",),
    Waiting.APPROVAL: (
        "Возьмите в школу паспорт и свидетельство о рождении ребёнка.",
        "Школа обычно отвечает за несколько дней. Ответа нет — позвоните в школу.",
    ),
    Waiting.INVITATION: (
        "Попросите код у классного руководителя и введите его здесь.",
        "Если школа внесёт ваш СНИЛС в карточку ребёнка, код не понадобится: ребёнок появится сам.",
    ),
    Waiting.LIST: (
        "Скажите администратору свои имя и логин и попросите добавить родство. Возьмите паспорт, СНИЛС и телефон.",
        "Не знаете администратора? Спросите классного руководителя.",
    ),
}
_SITES = {"petersburg": {Waiting.APPLICATION: "Заявление можно составить здесь или на сайте дневника."}}


def waiting_words(
    port: DiaryPort | None,
    system: str,
    waits_for: str,
    *,
    since: datetime | None,
    until: datetime | None = None,
    sent_to: str = "",
    code: bool = False,
    tries_left: int | None = None,
) -> WaitingView:
    word = Waiting(waits_for)
    known = registry().systems.get(system)
    phones = known.phones if known else ()
    steps = _STEPS[word] + ((_SITES[system][word],) if word in _SITES.get(system, {}) else ())
    return WaitingView(
        waits_for=waits_for,
        title=_TITLES[word],
        text=_TEXTS[word].format(to=f" {sent_to}" if sent_to else ""),
        steps=(*steps, f"Код из письма можно ввести и здесь; осталось попыток: {tries_left}.") if code and tries_left else steps,
        phones=tuple(PhoneView(number=one.number, about=one.about) for one in phones),
        site=known.site if known else "",
        since=since,
        until=until,
        code=code and bool(tries_left),
        tries_left=tries_left,
        joining=isinstance(port, JoiningPort) and word is not Waiting.LETTER,
    )

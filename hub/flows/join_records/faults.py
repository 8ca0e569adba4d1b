"""Why two records cannot be joined, or can no more be parted: stable words, and what a person can do about each."""

from __future__ import annotations

from collections.abc import Mapping

from hub.flows.refusals import Reason, Refused
from hub.flows.views.people.family import ExitView
from hub.flows.views.people.joining import FaultView

EXITS = (
    ExitView(kind="sign_in_and_link", href="/family/merge"),
    ExitView(kind="code", href="/invitation"),
    ExitView(kind="ask_school", href="/help#school"),
)

NO_RECORD, SUSPENDED, SNILS_CHANGED, UNDO_CLOSED = "no_record", "suspended", "snils_changed", "undo_closed"

_TEXTS: Mapping[str, str] = {
    "same_person": "Эта учётная запись уже открывает ваш кабинет: объединять нечего.",
    "closed": "Второго кабинета больше нет: он закрыт или уже объединён с другим.",
    "two_snils": "В кабинетах два разных подтверждённых СНИЛС, значит, это два человека. Их кабинеты не объединяются.",
    "parent_and_child": "Это кабинеты родителя и ребёнка. Они остаются раздельными: у каждого свои права и свой дневник.",
    "not_fresh": "Вход в один из кабинетов старше пяти минут. Начните объединение заново и войдите в оба подряд.",
    "level_too_low": "Хотя бы один из кабинетов должен быть подтверждён на Госуслугах. Подтвердите учётную запись и начните заново.",
    "merge_open": "Один из кабинетов недавно объединён с другим. Пока то объединение можно отменить, новое не начинается.",
    NO_RECORD: "Этой учётной записью сюда ещё не входили: второго кабинета нет. Если она ваша, подключите её в разделе «Мои входы».",
    SUSPENDED: "Этот вход приостановлен. Сначала верните его в разделе «Мои входы» того кабинета, к которому он подключён.",
    SNILS_CHANGED: "СНИЛС этой учётной записи не совпал с прежним. Чтобы никто не увидел чужого, решает школа: там сверят документы.",
    UNDO_CLOSED: "Прошло больше 14 дней: отменить объединение уже нельзя. Если что-то не так, обратитесь в школу.",
    "initiator_mismatch": "Объединение начал другой человек. Войдите под ним или начните заново.",
    "access_denied": "Вы отказались от входа или не разрешили его. Ничего не изменилось.",
}
_OTHER = "Вход в другой кабинет не удался. Ничего не изменилось; начните объединение заново."


def fault(code: str) -> FaultView:
    return FaultView(code=code, text=_TEXTS.get(code, _OTHER))


def refusal(code: str) -> Refused:
    """The refusal of a confirmation or an undo."""
    return Refused(Reason.MERGE_REFUSED, _TEXTS.get(code, _OTHER), more={"reason": code, "exits": EXITS})

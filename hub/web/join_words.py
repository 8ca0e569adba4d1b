"""Words of the queue of joins: what is asked for, what it waits for, why this officer may not, what became of it."""

from __future__ import annotations

from collections.abc import Mapping

KINDS: Mapping[str, str] = {"register_pupil": "Записать ученика", "attach_representative": "Подключить представителя"}
STATES: Mapping[str, str] = {
    "submitted": "ждёт решения",
    "approved": "одобрено",
    "rejected": "отклонено",
    "withdrawn": "семья отозвала",
    "expired": "закрылось без решения",
}
NEEDS: Mapping[str, str] = {"second_officer": "нужна вторая подпись", "time": "предупреждаем семью сутки"}
BLOCKED: Mapping[str, str] = {
    "own_family": "Это ваша семья: решает другой сотрудник.",
    "same_officer": "Вы подписали первым: теперь другой сотрудник.",
    "restricted": "Подтвердить нельзя: действует ограничение.",
    "frozen": "Подтвердить нельзя: связь остановлена, сначала решите её в «Проверках».",
    "relation_ended": "Одобрить нельзя: подавший больше не связан с ребёнком. Отклоните с причиной.",
    "person_closed": "Этого кабинета больше нет.",
}
STEPS: Mapping[str, str] = {
    "submitted": "Семья подала заявление",
    "resubmitted": "Семья подала заявление снова",
    "first_signed": "Первая подпись школы",
    "announced": "Подписали двое, семья предупреждена",
    "approved": "Одобрено",
    "rejected": "Отклонено",
    "withdrawn": "Семья отозвала",
    "expired": "За 30 дней решения не было",
    "enrolled": "Ученик записан в класс",
}
SIDES: Mapping[str, str] = {"family": "семья", "school": "школа", "outside": "«Моя школа»", "hub": "само", "time": "само"}
WAITING_DAYS = (1, 3, 7, 14)
DONE: Mapping[str, str] = {
    "approved": "Одобрено, семья увидит это сразу.",
    "rejected": "Отклонено, семья увидит причину.",
    "second_officer": "Записали вашу подпись. Теперь нужен второй сотрудник.",
    "time": "Подписали двое. Семья предупреждена, подействует через сутки.",
}
JOIN_WORDS: Mapping[str, Mapping[str, str]] = {
    "kinds": KINDS, "states": STATES, "needs": NEEDS, "blocked": BLOCKED, "steps": STEPS, "sides": SIDES,
}  # fmt: skip

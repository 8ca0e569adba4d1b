"""What is said about the ways to a person, and how a contact is shown without showing it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

WRONG: Mapping[str, str] = MappingProxyType(
    {
        "phone": "Это не похоже на номер телефона. Наберите его с кодом, например +7 913 123-45-67.",
        "email": "Это не похоже на адрес почты. Он пишется как anna@mail.ru.",
    }
)
THE_SAME: Mapping[str, str] = MappingProxyType(
    {"phone": "СМС уже приходят на этот телефон.", "email": "Письма уже приходят на этот адрес."}
)
NO_MAIL_SERVER = "Письма сейчас не отправляются: почта не подключена. Всё, что в них, есть в кабинете."
NOT_LINKED: Mapping[str, str] = MappingProxyType(
    {
        "max": "Профиль MAX не подключён. Подключите его у карточки чатов класса или в разделе «Мои входы», потом включите здесь.",
        "vk": "Профиль VK ID не подключён. Подключите его в разделе «Мои входы», потом включите здесь.",
    }
)
TALK_FIRST: Mapping[str, str] = MappingProxyType(
    {
        "max": "Бот не может написать первым. Откройте его по ссылке, нажмите «Начать» и включите уведомления ещё раз.",
        "vk": "Сообщество не может написать первым. Откройте его по ссылке, разрешите сообщения и включите уведомления ещё раз.",
    }
)
NO_CHANNEL = "Этот способ сейчас не подключён. Всё, что в уведомлениях, есть в кабинете."
NOT_A_PUSH = "Этот браузер не даёт включить пуш у нас. Попробуйте другой браузер или почту."
CODE_WRONG = "Код не подошёл. Считается последний, который мы прислали; после пяти неверных нужен новый."
CODE_OVER = "Этот код больше не действует: его срок вышел или попытки кончились. Попросите новый."
STOP_WRONG = "Такого кода нет, или трое суток уже прошли. Проверьте цифры в СМС. Не помогло — войдите в кабинет и смените телефон."
TITLES: Mapping[str, str] = MappingProxyType({"push": "Пуш", "max": "MAX", "vk": "VK", "email": "Почта", "sms": "СМС"})


def masked(kind: str, value: str) -> str:
    """`+7 ••• ••• 45 67`, `a•••@mail.ru`."""
    if kind == "email":
        name, _, host = value.partition("@")
        return f"{name[:1]}•••@{host}" if host else "•••"
    digits = re.sub(r"\D", "", value)
    return f"+7 ••• ••• {digits[-4:-2]} {digits[-2:]}" if len(digits) >= 10 else "•••"

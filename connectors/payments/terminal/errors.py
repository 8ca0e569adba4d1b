"""The code tables: the same numbers mean other things in each dialect."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from connectors.kit.terminals import Said

OSMP: Mapping[Said, int] = MappingProxyType(
    {
        Said.OK: 0, Said.REPEATED: 0, Said.TEMPORARY: 1, Said.BAD_ACCOUNT: 4, Said.UNKNOWN_ACCOUNT: 5, Said.FORBIDDEN: 7,
        Said.INACTIVE: 79, Said.TOO_SMALL: 241, Said.TOO_LARGE: 242, Said.UNKNOWN_COMMAND: 300, Said.BAD_ID: 300, Said.BAD_SUM: 300,
        Said.BAD_DATE: 300, Said.NO_PAYMENT: 300, Said.CONFLICT: 300, Said.UNSIGNED: 300,
    }
)  # fmt: skip
SBER_UPPER: Mapping[Said, int] = MappingProxyType(
    {
        Said.OK: 0, Said.TEMPORARY: 1, Said.UNKNOWN_COMMAND: 2, Said.UNKNOWN_ACCOUNT: 3, Said.BAD_ACCOUNT: 4, Said.INACTIVE: 5,
        Said.BAD_ID: 6, Said.FORBIDDEN: 7, Said.REPEATED: 8, Said.BAD_SUM: 9, Said.TOO_SMALL: 10, Said.TOO_LARGE: 11, Said.BAD_DATE: 12,
        Said.NO_PAYMENT: 300, Said.CONFLICT: 300, Said.UNSIGNED: 300,
    }
)  # fmt: skip
SBER_OLD: Mapping[Said, int] = MappingProxyType(
    {
        Said.OK: 0, Said.REPEATED: 0, Said.UNKNOWN_COMMAND: 1, Said.BAD_ACCOUNT: 2, Said.UNKNOWN_ACCOUNT: 2, Said.NO_PAYMENT: 6,
        Said.TEMPORARY: 1, Said.INACTIVE: 300, Said.FORBIDDEN: 300, Said.BAD_ID: 300, Said.BAD_SUM: 300, Said.BAD_DATE: 300,
        Said.TOO_SMALL: 300, Said.TOO_LARGE: 300, Said.CONFLICT: 300, Said.UNSIGNED: 300,
    }
)  # fmt: skip
TABLES: Mapping[str, Mapping[Said, int]] = MappingProxyType({"osmp": OSMP, "sber2": OSMP, "sber_upper": SBER_UPPER, "sber_old": SBER_OLD})
COMMENTS: Mapping[Said, str] = MappingProxyType(
    {
        Said.OK: "OK",
        Said.REPEATED: "Платёж уже зачислен",
        Said.TEMPORARY: "Повторите позже",
        Said.UNKNOWN_COMMAND: "Такая команда не поддерживается",
        Said.BAD_ACCOUNT: "Номер договора: 10 цифр",
        Said.UNKNOWN_ACCOUNT: "Такого договора нет",
        Said.INACTIVE: "Договор закрыт",
        Said.FORBIDDEN: "Этот счёт так не пополняется",
        Said.BAD_ID: "Неверный номер платежа",
        Said.BAD_SUM: "Неверная сумма",
        Said.BAD_DATE: "Неверная дата",
        Said.TOO_SMALL: "Сумма меньше наименьшей",
        Said.TOO_LARGE: "Сумма больше наибольшей",
        Said.NO_PAYMENT: "Такого платежа нет",
        Said.CONFLICT: "Номер платежа уже занят другим платежом",
        Said.UNSIGNED: "Подпись не подошла",
    }
)

"""What people agreed to for automatic top-up, and the charges that were tried by it."""

from __future__ import annotations

from datetime import datetime

from hub.store.fields import rows
from hub.store.wishes.autopay.tables import AGREED_COLUMNS, TRY_COLUMNS, Agreed, AutopayConsent, AutopayTry, Try, named


def agree(agreed: Agreed) -> None:
    AutopayConsent.insert(**{name: getattr(agreed, name) for name in AGREED_COLUMNS}).execute()


def consent(id_: str) -> Agreed | None:
    found = rows(AutopayConsent, f"SELECT {', '.join(AGREED_COLUMNS)} FROM autopay_consent WHERE id = ?", (id_,))  # noqa: S608 - own names
    return Agreed(**named(AGREED_COLUMNS, found[0])) if found else None


def consents_of(person: str) -> list[Agreed]:
    sql = f"SELECT {', '.join(AGREED_COLUMNS)} FROM autopay_consent WHERE person = ? ORDER BY given_at"  # noqa: S608 - own names
    return [Agreed(**named(AGREED_COLUMNS, row)) for row in rows(AutopayConsent, sql, (person,))]


def withdraw(consent_id: str, *, now: datetime) -> None:
    AutopayConsent.update(withdrawn_at=now).where(AutopayConsent.id == consent_id, AutopayConsent.withdrawn_at.is_null()).execute()


def begin_try(one: Try) -> None:
    AutopayTry.insert(**{name: getattr(one, name) for name in TRY_COLUMNS}).execute()


def end_try(id_: str, outcome: str) -> None:
    AutopayTry.update(outcome=outcome).where(AutopayTry.id == id_).execute()


def tries_of(rule: str, *, limit: int = 12) -> list[Try]:
    sql = f"SELECT {', '.join(TRY_COLUMNS)} FROM autopay_try WHERE rule = ? ORDER BY at DESC, id LIMIT ?"  # noqa: S608 - own names
    return [Try(**named(TRY_COLUMNS, row)) for row in rows(AutopayTry, sql, (rule, limit))]


def spent(rule: str, month: str) -> int:
    """Charged in that month, or under way: what was declined is not counted."""
    sql = "SELECT COALESCE(SUM(total_kop), 0) FROM autopay_try WHERE rule = ? AND month = ? AND outcome IN ('', 'paid')"
    ((kop,),) = rows(AutopayTry, sql, (rule, month))
    return int(kop)

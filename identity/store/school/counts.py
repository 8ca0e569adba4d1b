"""How many pupils and classes each school's roster has; nobody is named."""

from __future__ import annotations

from identity.store.rows import fetch
from identity.store.school.tables import CardRow


def count_cards() -> dict[str, tuple[int, int]]:
    """Pupils and classes by school."""
    sql = "SELECT school, COUNT(*), COUNT(DISTINCT class) FROM school_card WHERE state = 'active' GROUP BY school"
    return {school: (int(pupils), int(classes)) for school, pupils, classes in fetch(CardRow, sql)}

"""A family changes who sees the child: lent views, leaving, birthdays, the child's own login, proposals (RULES A5, A5b, A6)."""

"""What is on a child's accounts and how it came to that: contracts, statements, the books of an earlier system (RULES D1, D9)."""

from hub.flows.money.import_books import BadBooks, Imported, import_books
from hub.flows.money.show_contracts import show_contracts
from hub.flows.money.show_statement import show_child_month, show_month, show_statement
from hub.flows.money.take_statement import child_csv, statement_csv

__all__ = [
    "BadBooks",
    "Imported",
    "child_csv",
    "import_books",
    "show_child_month",
    "show_contracts",
    "show_month",
    "show_statement",
    "statement_csv",
]

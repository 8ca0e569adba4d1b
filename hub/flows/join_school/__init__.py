"""A family joins a school: applies, reads, withdraws; the hub's copy and the outside system's are kept equal (RULES B1-B3)."""

from hub.flows.join_school.show import list_joins, read_join
from hub.flows.join_school.submit import Application, Submitted, submit_join
from hub.flows.join_school.withdraw import withdraw_join

__all__ = ["Application", "Submitted", "list_joins", "read_join", "submit_join", "withdraw_join"]

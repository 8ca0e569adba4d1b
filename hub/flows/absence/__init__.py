"""«Сегодня не придёт»: a guardian tells the school, the school takes note or asks back, the family sees what became of it (F176)."""

from hub.flows.absence.decide import accept, reject
from hub.flows.absence.inbox import list_of_school
from hub.flows.absence.send import NewAbsence, retry, send_absence
from hub.flows.absence.show import show_absences
from hub.flows.absence.watch import check, look_again
from hub.flows.absence.withdraw import withdraw

__all__ = [
    "NewAbsence",
    "accept",
    "check",
    "list_of_school",
    "look_again",
    "reject",
    "retry",
    "send_absence",
    "show_absences",
    "withdraw",
]

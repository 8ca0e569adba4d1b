"""The steps to join, child by child: Gosuslugi, a messenger if one likes, the diary, «Моя школа»; it goes on where it stopped (F046)."""

from hub.flows.checklist.marks import MARKS, set_mark
from hub.flows.checklist.show import show_checklist, what_is_left

__all__ = ["MARKS", "set_mark", "show_checklist", "what_is_left"]

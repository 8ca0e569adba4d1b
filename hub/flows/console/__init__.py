"""The operator's console: who comes in, how the outside systems fare, what the worker does, regions, schools, the audit."""

from hub.flows.console.audit import look_again, search_audit
from hub.flows.console.door import LONGEST_CODE, Way, come_in, enter, way_in
from hub.flows.console.regions import show_regions
from hub.flows.console.schools import show_schools
from hub.flows.console.systems import follow_systems, show_systems
from hub.flows.console.work import show_work

__all__ = [
    "LONGEST_CODE",
    "Way",
    "come_in",
    "enter",
    "follow_systems",
    "look_again",
    "search_audit",
    "show_regions",
    "show_schools",
    "show_systems",
    "show_work",
    "way_in",
]

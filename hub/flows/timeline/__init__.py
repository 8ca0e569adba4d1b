"""A family sees when a child came and went and what it ate, with the source of each (RULES E4, E5, E6)."""

from hub.flows.timeline.day import show_day
from hub.flows.timeline.joint import show_joint
from hub.flows.timeline.meals import show_meals
from hub.flows.timeline.show import show_timeline
from hub.flows.timeline.visits_page import show_visits

__all__ = ["show_day", "show_joint", "show_meals", "show_timeline", "show_visits"]

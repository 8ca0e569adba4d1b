"""Who is told what, by which way, when, and why not (RULES F1-F4)."""

from hub.flows.notices.following import follow_events
from hub.flows.notices.log import show_log
from hub.flows.notices.nights import put_quiet_hours, show_quiet_hours
from hub.flows.notices.opening import open_push
from hub.flows.notices.sending import send_due
from hub.flows.notices.spreading import spread_told
from hub.flows.notices.telling_money import tell_of_money

__all__ = ["follow_events", "open_push", "put_quiet_hours", "send_due", "show_log", "show_quiet_hours", "spread_told", "tell_of_money"]

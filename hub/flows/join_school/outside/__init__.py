"""The other side of joining: told what was asked and decided here, asked what was decided there, until both are equal (RULES B1, B2)."""

from hub.flows.join_school.outside.catch_up import catch_up, follow, look_outside
from hub.flows.join_school.outside.consent import consent_of, end_consent
from hub.flows.join_school.outside.notices import ADDRESS, hear_notice, keep_subscribed
from hub.flows.join_school.outside.send import deliver

__all__ = ["ADDRESS", "catch_up", "consent_of", "deliver", "end_consent", "follow", "hear_notice", "keep_subscribed", "look_outside"]

"""The one policy for every outside call: deadline, retries, breaker, limits, redaction, metrics (ARCHITECTURE 5)."""

from connectors.kit.calls.breaker import Breaker
from connectors.kit.calls.caller import FORCED, SIGNING_IN, TRACEPARENT, Caller
from connectors.kit.calls.reading import MAX_BODY

__all__ = ["FORCED", "MAX_BODY", "SIGNING_IN", "TRACEPARENT", "Breaker", "Caller"]

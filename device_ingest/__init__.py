"""Pass and meal events from devices: signatures, envelopes, intake."""

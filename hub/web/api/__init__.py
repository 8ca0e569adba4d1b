"""The JSON interface below `/api/v1`, one file a subject."""

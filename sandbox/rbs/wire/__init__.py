"""The gateway's words: codes, answers, envelopes, checksums."""

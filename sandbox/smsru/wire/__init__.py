"""Requests as clients write them, answers as lines or as JSON, the gateway's codes."""

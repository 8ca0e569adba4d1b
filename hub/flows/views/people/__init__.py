"""Sign-ins, children, and who sees whom."""

"""Requests as clients write them, answers in four formats, numbers of errors and of statuses."""

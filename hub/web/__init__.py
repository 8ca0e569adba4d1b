"""The hub's web face: parse a request, run one flow, render its record as JSON or as a page."""

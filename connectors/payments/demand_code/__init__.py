"""Demand codes paid in phone shops: ten digits, in parts or at once, until their time is over."""

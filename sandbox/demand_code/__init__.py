"""Invoices paid in shops by a ten-digit demand code, shaped after IntellectMoney (docs/wire/demand_code.md)."""

from sandbox.demand_code.routes import system

__all__ = ["system"]

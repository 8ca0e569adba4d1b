"""The school's registers: cards, bracelets and tokens that pupils pass with, and the devices that read them (RULES D12, E5, E6)."""

from hub.flows.registers.carriers import Step, add_carrier, carriers_of, list_carriers, turn_carrier
from hub.flows.registers.device_acts import command_device, rotate_device
from hub.flows.registers.devices import AskedDevice, add_device, list_devices, revoke_device

__all__ = [
    "AskedDevice",
    "Step",
    "add_carrier",
    "add_device",
    "carriers_of",
    "command_device",
    "list_carriers",
    "list_devices",
    "revoke_device",
    "rotate_device",
    "turn_carrier",
]

"""How each kind of device reports, written from docs/devices.md and the makers' public descriptions, with none of the hub's code."""

"""VK's wire: errors, parameters, objects and the small language of `execute`."""

"""A day under way: each device in its own task, at the pace that was asked for, through whatever the hub does meanwhile."""

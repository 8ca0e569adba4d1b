"""The family's rules, pure: restrictions, who may act alone, delegation, the child's own login."""

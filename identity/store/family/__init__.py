"""What is stored of a family: restrictions, delegations, decisions, consents, the child's own login."""

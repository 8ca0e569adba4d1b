"""The standard's own formats: parameters, claims, metadata, client authentication, errors."""

"""ESIA's formats: parameters, signatures, errors, scopes and the REST records."""

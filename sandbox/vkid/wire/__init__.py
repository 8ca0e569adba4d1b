"""VK ID's own words: parameters, errors, scopes, profiles and the id_token."""

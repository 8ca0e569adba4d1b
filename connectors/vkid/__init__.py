"""VK ID as an identity provider."""

"""VK ID as a way to sign in: a public client with PKCE, whose word proves nothing of kinship."""

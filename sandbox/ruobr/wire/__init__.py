"""The shapes of the mobile API, as its public clients read them."""

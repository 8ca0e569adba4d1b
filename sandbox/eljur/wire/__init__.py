"""The shapes of the API, as its public clients read them."""

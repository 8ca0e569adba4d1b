"""The shapes of the partner API, as its public clients read them."""

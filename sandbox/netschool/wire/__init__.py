"""The shapes of `/webapi`, as its public clients read them."""

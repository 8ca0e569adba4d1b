"""The shapes of the site's API, as its public clients read them."""

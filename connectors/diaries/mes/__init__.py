"""МЭШ: Moscow, and the regional nodes of «Моя школа» that run on the same platform."""

"""What the answers of «Моя школа» mean: the records of `connectors.kit.school_joining`."""

"""The benches: one file a question, each prints ratios against a floor measured in the same run."""

"""Each figure beside its limit, measured in one run."""

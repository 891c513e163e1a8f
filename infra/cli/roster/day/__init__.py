"""Looking at a day as it happens."""

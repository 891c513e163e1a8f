"""What there is to care with, and for whom it will be enough."""

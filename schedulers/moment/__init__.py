"""Answers in the moment: times to offer, and cover for a member who is away."""

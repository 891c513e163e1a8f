"""Answers in the moment: whom to tell, which time to offer, who covers for a member."""

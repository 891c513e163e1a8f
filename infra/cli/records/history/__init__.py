"""Histories: what happened to one record or one person, event by event, with what each event changed."""

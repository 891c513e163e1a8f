"""Webhooks: events that are sent to other systems, signed, in order for each stream, at least once."""

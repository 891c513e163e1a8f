"""Recorders of the eventsourcing library, made fast and safe."""

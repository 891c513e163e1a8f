"""The log over HTTP: its events, histories of aggregates, and live lines."""

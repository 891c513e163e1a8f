"""The day as it happens: planned, forecast and done side by side."""

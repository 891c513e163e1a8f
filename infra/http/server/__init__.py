"""The process that serves: its socket, its parts, and how it ends."""

"""Entry points: each module runs as a process of its own."""

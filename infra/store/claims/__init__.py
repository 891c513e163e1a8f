"""Claims: keys that one stream holds for a period of days."""

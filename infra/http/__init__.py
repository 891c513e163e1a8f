"""The HTTP edge: programs and pages come in here."""

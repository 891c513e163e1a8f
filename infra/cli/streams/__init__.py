"""Commands that inspect and repair the streams of the distributed system."""

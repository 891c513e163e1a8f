"""What refusals and rules say, in Chinese and English, keyed by rule."""

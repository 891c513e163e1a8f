"""What refusals and rules say, in Chinese and English, keyed by rule."""

from infra.words.catalogue import Kind, Language, label, say

__all__ = ["Kind", "Language", "label", "say"]

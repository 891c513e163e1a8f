"""Sentences of refusals and rules, and labels of codes, in Chinese and English."""

from infra.words.catalogue import Kind, Language, label, say

__all__ = ["Kind", "Language", "label", "say"]

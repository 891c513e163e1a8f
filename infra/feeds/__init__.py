"""Feeds: what leaves Jiayi by itself, for calendars and programs of others."""

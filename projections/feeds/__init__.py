"""Rows that feeds and views for other programs are made of."""

"""Figures for leaders and auditors: coverage, outreach, fulfilment, policy packs."""

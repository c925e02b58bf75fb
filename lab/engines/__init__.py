"""Engines: the ways to run one lab."""

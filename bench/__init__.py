"""Measures how fast files go through the lab, and what that costs."""

"""Experiments with the eID login in a real browser."""

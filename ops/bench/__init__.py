"""Measures what the product promises: see README.md."""

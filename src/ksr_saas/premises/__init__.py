"""Institutions themselves: what they tell of the building, and the city's list of them."""

"""Results: publication, the statutory lists, and what becomes of a place."""

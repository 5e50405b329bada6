"""Who gets which place: the engine, its runs, and what they found."""

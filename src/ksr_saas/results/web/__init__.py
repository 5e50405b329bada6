"""Pages of results, by portal."""

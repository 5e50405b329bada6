"""The work on the offer: institutions write it, the city accepts it, changes are on record."""

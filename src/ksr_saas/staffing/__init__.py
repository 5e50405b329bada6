"""Who works in the municipality: invitations, expiry, lost factors."""

"""The checker of plans: what it finds, what it names, and that it stands alone."""

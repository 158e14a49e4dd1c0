"""Networks that must reach every sink: bounds, cuts and good plans before the search."""

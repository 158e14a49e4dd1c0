"""From a solution to the tables of a plan: one file a subject."""

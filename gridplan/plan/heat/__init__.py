"""What a plan's heat means: whose heat goes where, what it costs and saves, and what is left unused."""

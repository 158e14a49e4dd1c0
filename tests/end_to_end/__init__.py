"""The command line from end to end, in processes of its own."""

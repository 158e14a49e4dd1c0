"""Rows of a program as arrays: a template is expanded for all of its rows at once."""

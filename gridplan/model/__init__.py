"""The mixed-integer program, one subject a file; `build.py` is its table of contents."""

"""From program to answer: Pyomo to HiGHS arrays, rounds of hours, lexicographic objectives."""

"""The same planning problem in gridplan, PyPSA (linopy), plain Pyomo and bare highspy: docs/benchmarks.md."""

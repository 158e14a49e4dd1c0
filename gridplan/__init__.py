"""Energy and datacenter grid-capacity optimiser."""

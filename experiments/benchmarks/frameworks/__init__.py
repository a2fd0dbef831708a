"""How other frameworks do the work of Fledge's benchmarks: one function a framework and figure."""

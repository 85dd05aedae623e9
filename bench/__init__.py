"""Speed, measured: one file a benchmark, each beside its limit or a baseline in the same run. `make bench` runs all."""

"""The benchmarks the README quotes: each measures us beside something else in the same run, on the same machine."""

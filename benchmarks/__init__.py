"""What judging costs beside the model: run `python -m benchmarks.cost`, `.memory` or `.faults` from the repository."""

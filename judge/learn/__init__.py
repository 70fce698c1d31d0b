"""What is learned offline: rubrics from labelled pairs. Nothing here judges."""

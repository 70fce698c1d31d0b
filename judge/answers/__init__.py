"""Final answers: where a response states one, and whether two of them are the same, decided exactly where possible."""

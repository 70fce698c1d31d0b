"""The other side of a sandbox: what runs in interpreters of its own, with the standard library alone."""

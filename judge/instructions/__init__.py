"""Checkable instructions: one small function for each, by its public name. Plain text in, a finding out."""

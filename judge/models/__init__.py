"""Whoever talks: endpoints, recordings, scripts."""

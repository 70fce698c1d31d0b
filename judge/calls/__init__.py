"""Tool calls: read from a response, compared with those that are right. It executes none."""

"""Looking things up: a corpus of one's own, search services, and pages fetched with care.

Everything that comes back is hostile data with a source and a date. A search that failed raises; it never reads as
"nothing found".
"""

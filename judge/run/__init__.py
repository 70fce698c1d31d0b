"""Data sets in, rewards out: rows are read, mapped, judged, journalled and written in order. It knows no judge."""

"""Bank statement files: one strict reader a format, and the writer of the demo firm's statement."""

"""Three months of the demonstration firm, May to July 2026: twelve matters, five timekeepers, lived through by commands."""

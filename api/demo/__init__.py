"""The demonstration firm: the worked example of the domain reference, section 1.10, lived through by commands."""

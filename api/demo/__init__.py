"""The demonstration firm: three months of practice and the worked example of domain reference 1.10, lived by commands."""

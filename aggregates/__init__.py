"""The law: events, state, decisions. Pure: no I/O, no clock, no randomness."""

"""The write side: load, decide, append; owns the event log."""

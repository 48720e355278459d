"""The read side: folds the log into read models."""

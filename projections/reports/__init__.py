"""Reports: questions asked of the read models, each in a module, each as of a day and as known at a position."""

"""A bill as it goes to the client: everything that stands on it, from the log alone, and the PDF that is made of it."""

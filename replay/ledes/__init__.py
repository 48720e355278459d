"""LEDES invoices: writing, checking and reading the 1998B and 1998BI V2 formats (domain reference, section 2.7).

XML 2.1 and 2.2 are left out: their full field tables could not be had with confidence, and a guessed file would be refused
by the client it is sent to, or worse, accepted. Codes are not held against the UTBMS sets here: clients agree codes of
their own.
"""

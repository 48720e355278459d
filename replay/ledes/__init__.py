"""LEDES invoices: writing, checking and reading the 1998B and 1998BI V2 formats (domain reference, section 2.7).

XML 2.1 and 2.2 are left out: their field tables could not be had (docs/decisions/0008). Codes are not held against the UTBMS
sets here: clients agree codes of their own; the examiner of a file that came in gives notice of them.
"""

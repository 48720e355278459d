"""The three-way reconciliation as a form: the artefact that is kept, and the PDF and CSV that are made of it."""

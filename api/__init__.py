"""Faces: HTTP, command line, pages."""

"""Setting a page in type: the same words and the same template are the same bytes, on every machine."""

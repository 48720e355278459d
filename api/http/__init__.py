"""The HTTP face: every command and report over /v1, with the conventions that README.md's API section names."""

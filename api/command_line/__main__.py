"""`python -m api.command_line`."""

from api.command_line.main import main

main()

"""`python -m api.command_line`."""

from api.command_line.main import main

if __name__ == "__main__":
    main()

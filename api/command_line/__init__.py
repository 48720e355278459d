"""The command line `muniment`: one module for each group of commands.

Exit codes: 0 done; 1 a check found something wrong, or a part was not done; 2 the command was called wrongly; 3 refused,
nothing was changed; 4 the database cannot be used; 130 interrupted.
"""

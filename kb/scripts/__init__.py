"""The `hallwise` command: one module per sub-command, wired in `__main__`."""

"""One module per command or family of commands; lab/cli.py lists them."""

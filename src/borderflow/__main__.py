"""``python -m borderflow``: the command line."""

from borderflow.cli import main

if __name__ == "__main__":
    main()

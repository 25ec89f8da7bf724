"""`python -m reqsift` is the command `reqsift`."""

from reqsift.cli import main

if __name__ == "__main__":
    main()

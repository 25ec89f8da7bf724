"""The wire: what JSON looks like, for the API and for every `--json` of the command line."""

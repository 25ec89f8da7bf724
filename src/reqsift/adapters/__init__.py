"""The outside: files, database, analyzers. Each module fills a port of `services.ports`."""

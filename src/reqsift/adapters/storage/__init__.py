"""The store: SQLAlchemy Core over SQLite now, PostgreSQL by the same tables."""

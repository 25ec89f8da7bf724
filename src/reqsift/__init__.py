"""reqsift sifts captured HTTP traffic for security problems."""

__version__ = "0.1.0"

"""Clients for the APIs of models, one for each dialect; only this package speaks HTTP for them."""

"""What the services want from outside. Adapters fill these; `bootstrap` decides which."""

"""The web page: NiceGUI with two small components of its own, nothing loaded from elsewhere."""

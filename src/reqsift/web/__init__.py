"""The web page: NiceGUI, Python only, nothing loaded from elsewhere."""

"""The walk through the demo that is recorded, with what a careful expert would say at each step."""

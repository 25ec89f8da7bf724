"""The use cases: in what order things happen, what runs in parallel, what is one transaction."""

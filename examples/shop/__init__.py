"""A small made-up web shop: deliberately weak hosts, and proper twins of the same endpoints.

It exists to be recorded by `examples/record_demo.py`. It listens on 127.0.0.1 only, opens no
connection, runs no command and touches no file: whatever looks like a file, a shell or another
server is an entry of a dictionary in `store.py`. Never put it on a network.
"""

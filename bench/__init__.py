"""What `make bench` measures, on the real server and a real browser."""

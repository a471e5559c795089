"""The product as its command serves it, and a learning platform that others wrote, as two processes over loopback."""

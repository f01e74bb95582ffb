"""A local Discord: REST v10, gateway and one web page, on loopback."""

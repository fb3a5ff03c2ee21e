"""The public pages. A view parses the request, asks the record once, and renders finished data."""

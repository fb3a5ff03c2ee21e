"""What leaves the site in a reader's hand: addresses, short links, QR codes, share targets,
metadata.
"""

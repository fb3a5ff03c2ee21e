"""Photographs: what may come in, which files are made of one, and the cards that are shared.

Nothing here knows a model, a request or a database: bytes and numbers in, bytes and numbers out.

===============  ==============================================================================
``validation``   is this upload a photograph, and what does it say of itself?
``recipes``      which files are made of a photograph, with addresses known before the bytes are
``derivatives``  makes those files
``cards``        draws the 1200x630 picture that a shared release shows
``lettering``    Thai and Latin text as pixels, for the cards
``ornament``     the site's emblem, for the cards
``colour``       every photograph's colours as sRGB; the colour that keeps its place
``masters``      opens an original under the guards that all of the above share
``metadata``     what cameras and programs wrote into it
``signatures``   the kind of file that begins with some bytes
``jpeg``         how often a JPEG passes over its pixels
``refusals``     the one error of this room, and its sentences for editors
===============  ==============================================================================
"""

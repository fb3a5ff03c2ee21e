"""Thai text and dates: pure functions that know no database, no request and no framework.

The rest of the site imports from four files; the others are their parts.

===========  ================================================================================
``text``     the form in which text is stored, searched for, cut and shortened
``dates``    Buddhist and Common era, dates written and dates found in text
``words``    words and lines, where we lay text out or compare it ourselves
``sorting``  dictionary order, and the letter under which a list files a title
===========  ================================================================================
"""

"""What an editor is warned of before publishing.

===============  ==============================================================================
``drafts``       a working copy as plain text and plain facts, which is all that rules look at
``findings``     what a rule found: where, how grave, and how to say it in either language
``dates``        weekdays, years and eras that contradict each other
``wording``      official names, characters that nobody sees, texts that are missing
``pictures``     photos without a description, of another day, or twice
``addresses``    where the links of a text lead, by the database and by the last visits
``links``        links that lead nowhere
``lookalikes``   releases that say nearly the same
``rules``        all of them, in the order in which they are shown
``gathering``    the draft of a release, with what the database knows about it
``visiting``     asks other sites whether their pages are still there; only outside requests
===============  ==============================================================================

A rule is a function from a `Draft` to findings. It asks no database and changes nothing: what was
meant, only the editor knows.
"""

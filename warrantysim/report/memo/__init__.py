"""The decision memo: one or two printed pages that say what to decide, why, how sure it is, and who signed.

A memo is one HTML file that needs nothing else: no script, no font, no picture from elsewhere, and a policy inside it
that forbids a browser to fetch any. Everything a user named is text in it, never markup.
"""

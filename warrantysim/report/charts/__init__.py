"""Charts: one file a question, each a pure function from a result to a `Picture` that says what it shows.

Every function takes its result first and a `Look` (language, light or dark) by keyword; it imports neither files nor a
browser. `export` turns a picture into SVG or PNG. Meanings are fixed: blue saves, orange costs more, grey is today's
rule; each is told by a sign or a word as well, so that nothing rests on colour.
"""

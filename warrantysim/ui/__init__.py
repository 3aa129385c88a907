"""The app's pages.

A page is a module here with one function ``show()``: it asks `session` for workspace and language, `reading` for stored
runs, and draws with `pieces`. It holds no arithmetic: figures come from stored runs and `report`. Its texts are in a
module of the same name in `texts`, a dictionary ``TEXTS`` of key to (English, Chinese), keys beginning with the page's
name; ``t("home.title")`` looks one up. A page is entered in ``pages.PAGES`` with its section; ``pages.go(name, label)``
links to one.

What takes longer than a click is a job: ``pieces.running.submit(asked, label)`` asks for it and
``pieces.running.watch(id, key)`` shows its progress without blocking the page. Widgets that belong to the view carry
``bind="query-params"`` with a key that begins with the page's name, so that the address restores what is on screen.
"""

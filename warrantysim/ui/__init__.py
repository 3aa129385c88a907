"""The app's pages.

A page is a module here with one function ``show()``: it asks `session` for workspace and language, `reading` for stored
runs, and draws with `pieces`. It holds no arithmetic: figures come from stored runs and `report`. Its texts
are in the catalogues of `locale` (context ``app``), keys beginning with the page's name; ``t("home.title")`` looks one
up. A page is entered in ``pages.PAGES`` with its section; ``pages.go(name, label)``
links to one.

What takes longer than a click is a job: ``pieces.running.submit(asked, label)`` asks for it and
``pieces.running.watch(id, key)`` shows its progress without blocking the page. What belongs to the view has a key that
begins with the page's name and stands in the address: choices by ``pieces.address.pick``, which writes the option
itself (a bound widget would write its label, which another language does not know), texts by ``bind="query-params"``.
"""

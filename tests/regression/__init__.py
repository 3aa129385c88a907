"""Golden files: what the reference seller, made small, and two what-ifs of it are told, in every form it is told in.

They show that a rebuilding changes nothing it does not mean to. Everything is asked on the command line and read from
what it prints and writes, so that nothing beneath may break them. ``make golden`` writes them anew.
"""

"""What every result is stamped with: the version of the package, and the model that made it."""

__version__ = "0.1.0"
MODEL = 3
"""The model: runs of one model agree to the last bit where they are asked the same, whatever its code is called.

Raised by hand with every change that moves a figure; the golden files hold it (`tests/regression`). What is stored by
another model is shown, said to be another model's, and never taken for the answer to a question of today.
"""

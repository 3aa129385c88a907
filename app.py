"""The app finance works in: ``streamlit run app.py``."""

from warrantysim.ui.frame import show

show()

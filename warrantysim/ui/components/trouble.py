"""What a user sees when a page breaks: a sentence and a reference, never a stack trace."""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Callable

import streamlit as st

from warrantysim.schema.plain_text import printable
from warrantysim.store.workspace import NotWritable
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.language import t

LOG = logging.getLogger("warrantysim.ui")


def permitted(act: Callable[[], object]) -> None:
    """Do what writes; whoever may not is told."""
    try:
        act()
    except NotWritable:
        st.error(t("frame.not_allowed"), icon=":material/lock:")


def guarded_page(page: Callable[[], None]) -> None:
    """Draw a page; a defect is logged with a reference and told in a sentence."""
    try:
        permitted(page)
    except Exception as error:
        if type(error).__module__.startswith("streamlit"):
            raise
        code = secrets.token_hex(3)
        LOG.error("page failed, reference %s\n%s", code, printable(traceback.format_exc()))
        message = f"{type(error).__name__}: {error}"[:300]
        st.error(f"{escaped(t('frame.trouble', message=message))}\n\n{t('frame.trouble_code', code=code)}")

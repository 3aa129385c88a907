"""Scenarios and rules of stored runs, each made once: most runs of a workspace rest on the same few.

Making one checks it as if it were read from a file, which takes longer than all else that is read of a run.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Mapping
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from warrantysim.schema.strict import Strict

Model = TypeVar("Model", bound=Strict)
LATEST = 8
"""Models held although nobody else holds them."""
_known: WeakValueDictionary[tuple[str, bytes], Strict] = WeakValueDictionary()
_latest: deque[Strict] = deque(maxlen=LATEST)


def validated_model(kind: type[Model], tree: Mapping[str, Any]) -> Model:
    """The model of a plain form, validated as if read from a file; the same object where it is known already."""
    text = json.dumps(tree, ensure_ascii=False, separators=(",", ":"))
    key = (kind.__qualname__, hashlib.sha256(text.encode()).digest())
    found = _known.get(key)
    if not isinstance(found, kind):
        found = _known[key] = kind.model_validate(tree)
    _latest.append(found)
    return found

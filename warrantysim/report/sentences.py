"""Sentences of the decision: what to do in a cell and why, in words a finance person can repeat. (English, Chinese)."""

from __future__ import annotations

ZONE_SENTENCES = {
    "zone.refund": ("refund", "仅退款"),
    "zone.reship": ("reship", "补发"),
    "zone.repair_local": ("repair at {partner}", "{partner} 维修"),
    "zone.return_china": ("return to China {way}", "{way}返厂维修"),
    "zones.always": ("always {do}", "一律{do}"),
    "zones.first": ("{do} below {value}", "{value} 以下{do}"),
    "zones.middle": ("{do} below {value}", "{value} 以下{do}"),
    "zones.last": ("{do} above", "以上{do}"),
    "zones.then": ("; ", "；"),
}

SENTENCES = {**ZONE_SENTENCES}
"""Every sentence by key."""

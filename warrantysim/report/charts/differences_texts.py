"""What charts of differences and of months say. Each is (English, Chinese)."""

from __future__ import annotations

DIFFERENCE_TEXTS = {
    "chart.differences.saves": (
        "{of} of {n} save beyond luck, the most {first} ({currency} {amount} {period})",
        "{n} 项中有 {of} 项确定节省，最多的是 {first}（{period} {currency} {amount}）",
    ),
    "chart.differences.costs_more": (
        "{of} of {n} cost more beyond luck, the most {first} ({currency} {amount} {period})",
        "{n} 项中有 {of} 项确定多花，最多的是 {first}（{period} {currency} {amount}）",
    ),
    "chart.differences.none": (
        "None of {n} can be told from luck.",
        "{n} 项均无法与随机波动区分。",
    ),
    "chart.months": ("When in the year the difference arises", "差额出现在哪些月份"),
    "chart.months.axis": ("{currency} a month, by month of claim", "每月 {currency}（按报修月份）"),
    "chart.months.same": ("No month differs.", "各月均无差异。"),
    "chart.months.saves": (
        "{clear} of {months} months differ beyond luck; the largest is {currency} {amount} less, in {month}.",
        "{months} 个月中有 {clear} 个月的差异超出随机波动；最大的是 {month}，少花 {currency} {amount}。",
    ),
    "chart.months.costs": (
        "{clear} of {months} months differ beyond luck; the largest is {currency} {amount} more, in {month}.",
        "{months} 个月中有 {clear} 个月的差异超出随机波动；最大的是 {month}，多花 {currency} {amount}。",
    ),
}
"""Every text by key."""

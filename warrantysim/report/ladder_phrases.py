"""What is said of the ladder. Each is (English, Chinese)."""

from __future__ import annotations

LADDER_PHRASES = {
    "ladder.head": ("THE LADDER: ORDER PRICES AND AGES, MARKET BY MARKET", "阶梯规则：按市场、订单签收天数与订单价"),
    "ladder.title": ("The ladder", "阶梯规则"),
    "ladder.answer": (
        "{lines} lines for whole markets, confirmed as they stand, save {currency} {saving} {period} ({low} to "
        "{high}). Against the rules product by product they cost {dearer} {period} ({dearer_low} to {dearer_high}; "
        "plus: dearer).",
        "面向整个市场的 {lines} 行规则，按原样经新随机数确认，{period}节省 {currency} {saving}（{low} 至 {high}）。"
        "与逐产品规则相比，{period}成本 {dearer}（{dearer_low} 至 {dearer_high}；正数为更贵）。",
    ),
    "ladder.exceptions": (
        "{n} rows are for single products, categories or reasons: each saves more than {currency} {floor} {period}, by "
        "the program and on luck that did not suggest it.",
        "其中 {n} 行针对单个产品、品类或原因：按规划模型及未参与选取的随机数，"
        "每行{period}节省均超过 {currency} {floor}。",
    ),
    "ladder.exceptions.one": (
        "One row is for a single product, category or reason: it saves more than {currency} {floor} {period}, by the "
        "program and on luck that did not suggest it.",
        "其中 1 行针对单个产品、品类或原因：按规划模型及未参与选取的随机数，{period}节省超过 {currency} {floor}。",
    ),
    "ladder.none": (
        "No product, category or reason has a row of its own: none would save more than {currency} {floor} {period} "
        "by it.",
        "没有产品、品类或原因需要单列：单列后{period}节省均不超过 {currency} {floor}。",
    ),
    "ladder.line": ("{line} (own row saves {currency} {saves})", "{line}（单列节省 {currency} {saves}）"),
    "ladder.behind": (
        "Cut-points product by product, and which of them are worth changing, follow.",
        "以下为逐产品阈值及其中值得变更者。",
    ),
}

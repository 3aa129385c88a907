"""What is said of the ladder. Each is (English, Chinese)."""

from __future__ import annotations

LADDER_PHRASES = {
    "ladder.head": ("THE LADDER: ORDER PRICES AND AGES, MARKET BY MARKET", "阶梯规则：按市场、订单签收天数与订单价"),
    "ladder.title": ("The ladder", "阶梯规则"),
    "ladder.answer": (
        "{lines} lines for all products of the markets, confirmed as they stand, save {currency} {saving} {period} "
        "({low} to {high}).",
        "面向各市场全部产品的 {lines} 行规则，按原样经新随机数确认，{period}节省 {currency} {saving}"
        "（{low} 至 {high}）。",
    ),
    "ladder.dearer": (
        "That is {currency} {size} {period} less ({size_low} to {size_high}) than the recommended rules product by "
        "product: the price of so few lines.",
        "比建议的逐产品规则{period}少节省 {currency} {size}（{size_low} 至 {size_high}），即规则从简的代价。",
    ),
    "ladder.cheaper": (
        "That is {currency} {size} {period} more ({size_low} to {size_high}) than the recommended rules product by "
        "product, because it also makes changes that are held back below: too small, unsure, or resting on what is "
        "assumed. It was not tried over what is assumed.",
        "比建议的逐产品规则{period}多节省 {currency} {size}（{size_low} 至 {size_high}），"
        "因为阶梯规则还包含下文保留未变的变更：过小、不确定或依赖假设。阶梯规则未经假设范围检验。",
    ),
    "ladder.alike": (
        "Luck cannot tell that from what the recommended rules save product by product ({difference} {period}, "
        "{size_low} to {size_high}; plus: dearer).",
        "与建议的逐产品规则相比，差异在随机误差之内（{period} {difference}，{size_low} 至 {size_high}；正数为更贵）。",
    ),
    "ladder.exceptions": (
        "{n} rows are for single products, categories or reasons: each saves more than {currency} {floor} {period}, "
        "also on years it was not chosen on.",
        "其中 {n} 行针对单个产品、品类或原因：按规划模型及未参与选取的随机数，"
        "每行{period}节省均超过 {currency} {floor}。",
    ),
    "ladder.exceptions.one": (
        "One row is for a single product, category or reason: it saves more than {currency} {floor} {period}, also "
        "on years it was not chosen on.",
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

"""What is said of the cost of the law."""

from __future__ import annotations

LAW_PHRASES = {
    "law.title": ("WHAT THE LAW COSTS", "法规的代价"),
    "law.legend": (
        "What the optimizer would save {period} if the row did not bind the claims it binds when they open: its own "
        "sums over training claims, rules chosen anew, with the contracts of the recommendation; no queues and no "
        "interval. Rows of a market do not add up to the market, whose rules are chosen once.",
        "若该条款不约束其所适用的工单，优化器{period}可节省的金额：按学习用工单求和、规则重新选择、沿用建议方案的合同；"
        "不含排队，无区间。各条之和不等于该市场合计，因为市场合计只重选一次规则。",
    ),
    "law.whole": ("all rows", "全部条款"),
    "law.ages": ("{low} to {high} days", "{low} 至 {high} 天"),
    "law.sold": ("{ages}, sold from {day}", "{ages}，{day} 起售出"),
    "law.region": ("{region}: {article}", "{region}：{article}"),
    "column.article": ("article", "法条"),
    "column.ages": ("age of the order", "订单机龄"),
    "column.bound": ("claims bound", "受约束工单"),
}
"""Its texts: (English, Chinese)."""

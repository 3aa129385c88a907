"""Texts around a stored simulation and what was counted of its years."""

from __future__ import annotations

TEXTS = {
    "counted.choose": ("Simulation", "模拟"),
    "counted.gone": (
        "The address asks for simulation {id}, which is not in this workspace; another one is shown.",
        "网址所指的模拟 {id} 不在本工作区；现显示另一个。",
    ),
    "counted.damaged": (
        "Run {id} cannot be shown: {files} is not what was written. Choose another run, or remove it under Runs & "
        "audit and ask for it again.",
        "运行 {id} 无法显示：{files} 与写入时不一致。请选择其他运行，或在“运行与审计”中删除后重新运行。",
    ),
    "counted.damaged_count": (
        "What was counted before (run {id}) is damaged; it can be counted again.",
        "此前的统计（运行 {id}）已损坏；可重新统计。",
    ),
    "counted.cannot": ("This run cannot be counted: {message}", "无法统计此运行：{message}"),
    "counted.count": ("Count {n} years", "统计 {n} 个模拟年"),
    "counted.count.one": ("Count 1 year", "统计 1 个模拟年"),
    "counted.why": (
        "The same years are run again with the same luck, and looked at more closely: at most {most} of them, one to "
        "two seconds a year and rule. The result is stored; the next visit shows it at once.",
        "用相同的随机数重跑同样的模拟年并更细致地统计：最多 {most} 年，每年每种规则约一至二秒。结果会保存，下次打开立"
        "即显示。",
    ),
    "counted.everywhere": ("all markets", "全部市场"),
    "counted.all_products": ("all products", "全部产品"),
    "counted.both": ("side by side", "并列对比"),
    "counted.rules": ("Rules", "规则"),
    "counted.market": ("Market", "市场"),
    "counted.part": ("What to look at", "查看内容"),
    "counted.recommended": ("Recommended rule", "建议规则"),
    "counted.free": ("Free optimum", "自由最优"),
    "counted.cash_only": ("Cheapest in cash alone", "仅按现金最省"),
    "counted.rests_on": (
        "counted in run {id}, {made}, on {n} simulated years; seed {seed}",
        "统计见运行 {id}，{made}，基于 {n} 个模拟年；种子 {seed}",
    ),
    "counted.rests_on.one": (
        "counted in run {id}, {made}, on 1 simulated year; seed {seed}",
        "统计见运行 {id}，{made}，基于 1 个模拟年；种子 {seed}",
    ),
}

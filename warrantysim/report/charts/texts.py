"""What charts say. Each is (English, Chinese)."""

from __future__ import annotations

AXIS_TEXTS = {
    "chart.money_year": ("{currency} {period}", "{period} {currency}"),
    "chart.money": ("{currency}", "{currency}"),
    "chart.value": ("claim value, {currency}", "工单价值，{currency}"),
    "chart.each": ("cost a claim, {currency}", "每单成本，{currency}"),
    "chart.claims_year": ("claims a year", "每年工单数"),
    "chart.days": ("days from opening to resolved", "从开单到解决的天数"),
    "chart.share_done": ("share of claims resolved", "已解决工单占比"),
    "chart.busy": ("bench time used", "工位利用率"),
    "chart.month": ("month", "月份"),
    "chart.cumulative": ("cumulative share", "累计占比"),
    "chart.now": ("now", "现行"),
    "chart.new": ("recommended", "建议"),
    "chart.aside": ("{arm}, not in use", "{arm}（未启用）"),
    "chart.other": ("other ({n})", "其他（{n} 项）"),
    "chart.rule": ("rule", "规则方案"),
    "chart.does": ("what is done", "处理方式"),
    "chart.marked": ("{figure} ({word})", "{figure}（{word}）"),
    "chart.best": ("cheapest", "最省方案"),
    "chart.cut": ("cut-points", "阈值"),
    "chart.truncated": ("{axis}; the axis begins at {start}", "{axis}；坐标轴自 {start} 起"),
    "chart.saves": ("saves", "节省"),
    "chart.costs_more": ("costs more", "多花"),
    "chart.no_difference": ("no detectable difference", "无可检测差异"),
    "chart.here": ("stated: {value}", "当前取值 {value}"),
    "chart.unclear": ("too close to call", "难分高下"),
    "chart.clear": ("clear", "明确"),
    "chart.flips": ("changes the answer", "会改变结论"),
    "chart.same_cost": ("same cost", "成本相同"),
    "chart.at": ("input at", "输入取"),
    "chart.low": ("low", "低值"),
    "chart.high": ("high", "高值"),
    "chart.p50": ("half", "半数"),
    "chart.p90": ("nine in ten", "九成"),
    "chart.bench.china": ("factory bench", "工厂工位"),
    "chart.wait": ("{days} d wait", "等待 {days} 天"),
    "chart.between": (" ({low} to {high})", "（{low} 至 {high}）"),
    "chart.and": (", ", "，"),
}

TITLES = {
    "chart.bridge": ("From {start} to {end}", "从 {start} 到 {end}"),
    "chart.break_even": ("Where the best choice changes: {lever}", "最优方案在何处切换：{lever}"),
    "chart.switching": ("Which choice is cheapest", "哪个方案最省"),
    "chart.tornado": ("What moves the difference most", "什么对差额影响最大"),
    "chart.costs": ("What it costs, by kind of cost", "成本构成"),
    "chart.days_title": ("How long customers wait", "客户等待多久"),
    "chart.thresholds": ("What is done at which claim value, now and recommended", "各工单价值的处理方式：现行与建议"),
    "chart.curves": ("What a claim costs, by its value", "每单成本随工单价值的变化"),
    "chart.pareto": ("Where the money goes", "钱花在哪里"),
    "chart.savings": ("What each change saves", "各项变更的节省"),
}

TAKEAWAYS = {
    "chart.bridge.saves": (
        "{end} costs {currency} {amount} less {period} than {start}{ends}; the largest item is {first} ({first_adds}).",
        "{end} {period}比 {start} 少花 {currency} {amount}{ends}；其中最大一项是{first}（{first_adds}）。",
    ),
    "chart.bridge.costs": (
        "{end} costs {currency} {amount} more {period} than {start}{ends}; most of it comes from {first} "
        "({first_adds}).",
        "{end} {period}比 {start} 多花 {currency} {amount}{ends}；其中最大一项是{first}（{first_adds}）。",
    ),
    "chart.bridge.same": (
        "{end} and {start} cost the same.",
        "{end} 与 {start} 成本相同。",
    ),
    "chart.break_even.never": (
        "Cheapest from {low} to {high}: {winner}. No value in this range changes the choice.",
        "从 {low} 到 {high} 始终最省：{winner}。此范围内任何取值都不改变选择。",
    ),
    "chart.break_even.switch": (
        "switch from {below} to {above} at {at} ({low} to {high})",
        "在 {at}（{low} 至 {high}）由 {below} 转为 {above}",
    ),
    "chart.break_even.open": ("beyond {end}", "超出 {end}"),
    "chart.break_even.stated": ("; as stated it is {value}.", "；当前取值为 {value}。"),
    "chart.break_even.stop": (".", "。"),
    "chart.switching.one": (
        "Cheapest everywhere on this map: {winner}; too close to call: {unclear} of {places} places.",
        "全图最省：{winner}；{places} 处中有 {unclear} 处难分高下。",
    ),
    "chart.switching.many": (
        "{winners}; too close to call: {unclear} of {places} places.",
        "{winners}；{places} 处中有 {unclear} 处难分高下。",
    ),
    "chart.switching.part": ("cheapest in {n}: {winner}", "{n} 处最省：{winner}"),
    "chart.tornado.flips": (
        "{first} moves the difference most (by {currency} {swing} {period}); within their stated ranges "
        "{n} of {inputs} inputs would change the answer.",
        "{first} 影响最大（{period} {currency} {swing}）；{inputs} 个输入中有 {n} 个会在其取值范围内改变结论。",
    ),
    "chart.tornado.holds": (
        "{first} moves the difference most (by {currency} {swing} {period}); no input changes the answer within its "
        "stated range.",
        "{first} 影响最大（{period} {currency} {swing}）；任何输入在其取值范围内都不改变结论。",
    ),
    "chart.costs.one": (
        "{policy} costs {currency} {total} {period}; the largest part is {first} ({share}).",
        "{policy} {period}成本 {currency} {total}；最大部分是{first}（{share}）。",
    ),
    "chart.costs.less": (
        "{new} costs {currency} {total} {period}, {apart} less than {now}; its largest part is {first} ({share}).",
        "{new} {period}成本 {currency} {total}，比 {now} 少 {apart}；最大部分是{first}（{share}）。",
    ),
    "chart.costs.more": (
        "{new} costs {currency} {total} {period}, {apart} more than {now}; its largest part is {first} ({share}).",
        "{new} {period}成本 {currency} {total}，比 {now} 多 {apart}；最大部分是{first}（{share}）。",
    ),
    "chart.days.part": (
        "{policy}: half done within {p50} days, nine in ten within {p90}",
        "{policy}：半数在 {p50} 天内解决，九成在 {p90} 天内",
    ),
    "chart.thresholds.said": (
        "{n} of {cells} rules shown change.",
        "所示 {cells} 条规则中有 {n} 条改变。",
    ),
    "chart.curves.said": (
        "{cell}: {rule}. Between the cut-points' flat ranges the choice hardly matters.",
        "{cell}：{rule}。阈值在平坦区间内移动几乎不影响成本。",
    ),
    "chart.curves.one": (
        "{cell}: {rule}. It is cheapest at every value that occurs.",
        "{cell}：{rule}。在所有出现的价值上都最省。",
    ),
    "chart.benches.idle": ("No bench is used.", "没有工位被使用。"),
    "chart.pareto.said": (
        "{n} of {all} make up {share} of {currency} {total} {period}; first is {first} ({amount}).",
        "{all} 项中的 {n} 项占 {period} {currency} {total} 的 {share}；居首的是 {first}（{amount}）。",
    ),
    "chart.pareto.nothing": ("There is nothing to show.", "没有可显示的内容。"),
    "chart.savings.said": (
        "{n} of {cells} changes are worth making; together they save {currency} {saving} {period}, most of all {first} "
        "({amount}).",
        "{cells} 项变更中有 {n} 项值得执行，{period}合计节省 {currency} {saving}，其中最多的是 {first}（{amount}）。",
    ),
    "chart.savings.none": ("No change saves enough to be worth making.", "没有值得执行的变更。"),
}

CHART_TEXTS = {**AXIS_TEXTS, **TITLES, **TAKEAWAYS}
"""Every text by key."""

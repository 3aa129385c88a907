"""What the comparison says. Each is (English, Chinese)."""

from __future__ import annotations

COMPARE_PHRASES = {
    "stage.bridge": ("bridging by driver", "按驱动因素分解"),
    "stage.react": ("deciding anew", "重新优化"),
    "stage.judge": ("judging both readings on fresh years", "用全新模拟评估两种口径"),
    "compare.title": ("What changes against {name}", "与 {name} 相比的变化"),
    "compare.basis": (
        "{replications} years of the same luck for every case, seed {seed}; intervals of {level}; {currency} a year; "
        "a difference is the case less {name}, so minus is cheaper.",
        "各方案使用相同随机性，共 {replications} 次模拟，种子 {seed}；区间为 {level}；单位为每年 {currency}；"
        "差额为方案减去 {name}，负数表示更便宜。",
    ),
    "compare.ids": ("In files: {names}.", "文件中的名称：{names}。"),
    "compare.id": ("{name} = {title}", "{name} = {title}"),
    "compare.id_and": ("; ", "；"),
    "compare.partial": (
        "Stopped before the end: the figures rest on what was done by then.",
        "提前停止：数字仅基于已完成部分。",
    ),
    "compare.inputs": ("What {case} states otherwise", "{case} 的输入差异"),
    "compare.inputs_none": ("{case} states nothing otherwise.", "{case} 的输入完全相同。"),
    "compare.inputs_rules": (
        "Rules: {new} in place of {old}; {n} values differ, all in --out and --json.",
        "规则：以“{new}”代替“{old}”；共 {n} 处取值不同，详见 --out 与 --json。",
    ),
    "compare.inputs_rules.one": (
        "Rules: {new} in place of {old}; one value differs, see --out and --json.",
        "规则：以“{new}”代替“{old}”；有 1 处取值不同，详见 --out 与 --json。",
    ),
    "answer.true": ("yes", "是"),
    "answer.false": ("no", "否"),
    "compare.inputs_more": (
        "and {n} more differences, all in --out and --json",
        "另有 {n} 处差异，详见 --out 与 --json",
    ),
    "compare.lower": (
        "{case} costs {currency} {amount} a year less than {base} ({low} to {high}), cheaper in {p} of years.",
        "{case} 每年比 {base} 少花 {currency} {amount}（{low} 至 {high}），在 {p} 的年份中更便宜。",
    ),
    "compare.higher": (
        "{case} costs {currency} {amount} a year more than {base} ({low} to {high}), cheaper in {p} of years.",
        "{case} 每年比 {base} 多花 {currency} {amount}（{low} 至 {high}），在 {p} 的年份中更便宜。",
    ),
    "compare.no detectable difference": (
        "No detectable difference between {case} and {base} ({low} to {high} {currency} a year); it would take about "
        "{needed} replications to tell them apart.",
        "{case} 与 {base} 无可检测差异（每年 {currency} {low} 至 {high}）；约需 {needed} 次重复才能分辨。",
    ),
    "compare.identical": (
        "{case} costs exactly what {base} costs, in every year simulated.",
        "{case} 与 {base} 在每次模拟中成本完全相同。",
    ),
    "compare.unused": (
        "Nothing that differs is used under these rules. See what happens under others: --policy-of, or --react.",
        "在现行规则下，上述差异均未用到。可用 --policy-of 换规则比较，或用 --react 重新优化。",
    ),
    "compare.unknown": (
        "{case} costs {currency} {signed} a year against {base}; one replication tells nothing about luck.",
        "{case} 与 {base} 相比每年 {currency} {signed}；单次模拟无法判断随机性。",
    ),
    "compare.paired": (
        "Shared luck narrows the interval to {paired}; on independent luck it would be {unpaired}.",
        "相同随机性使区间半宽降至 {paired}；若随机性独立则为 {unpaired}。",
    ),
    "compare.kinds": ("Cost a year: cash, expected and stock apart", "年度成本：现金、预期与库存分列"),
    "compare.service": ("Customers, waste and emissions", "客户体验、报废与排放"),
    "compare.carbon": ("Emissions: {method}.", "排放口径：{method}。"),
    "compare.carbon_and": (", ", "，"),
    "carbon.DESNZ 2025": ("DESNZ 2025", "英国 DESNZ 2025 系数"),
    "carbon.well-to-wheel": ("well-to-wheel", "含燃料上游排放"),
    "carbon.tank-to-wheel": ("tank-to-wheel", "不含燃料上游排放"),
    "carbon.with radiative forcing": ("with radiative forcing", "含航空辐射强迫"),
    "carbon.without radiative forcing": ("without radiative forcing", "不含航空辐射强迫"),
    "compare.by_market_chart": ("Which markets make the difference", "差额来自哪些市场"),
    "compare.by_product_category_chart": ("Which categories make the difference", "差额来自哪些品类"),
    "compare.by_sku_chart": ("Which products make the difference", "差额来自哪些产品"),
    "compare.by_market": ("Cost a year by market", "按市场的年度成本"),
    "compare.by_product_category": ("Cost a year by category", "按品类的年度成本"),
    "compare.by_sku": ("Cost a year by product", "按产品的年度成本"),
    "compare.by_category": ("From {base} to {case} by kind of cost", "由 {base} 至 {case}：按费用项目"),
    "compare.by_driver": ("From {base} to {case} by changed input", "由 {base} 至 {case}：按输入变化"),
    "compare.method": (
        "Shapley values over {n} groups of changed inputs: the mean over all orders in which they can be changed. The "
        "steps add up exactly.",
        "对 {n} 组变化的输入取 Shapley 值，即按所有先后次序平均；各步之和精确等于总差额。",
    ),
    "compare.method.one": (
        "One group of inputs differs: it makes the whole difference.",
        "只有一组输入不同：全部差额由其造成。",
    ),
    "compare.method_merged": (
        "Shapley values over {n} groups of changed inputs, the smallest merged into one: the mean over all orders in "
        "which they can be changed. The steps add up exactly.",
        "对 {n} 组变化的输入取 Shapley 值（最小的几组合并为一组），即按所有先后次序平均；各步之和精确等于总差额。",
    ),
    "compare.reaction": ("{case}: doing nothing, and reacting", "{case}：维持规则与重新优化"),
    "compare.reaction_pays": (
        "Deciding the rules anew for {case} is worth {currency} {amount} a year ({low} to {high}).",
        "针对 {case} 重新优化规则每年价值 {currency} {amount}（{low} 至 {high}）。",
    ),
    "compare.reaction_not": (
        "Deciding the rules anew for {case} is worth nothing that can be told from luck ({low} to {high}).",
        "针对 {case} 重新优化规则的价值无法与随机性区分（{low} 至 {high}）。",
    ),
    "reading.policy kept": ("rules kept", "维持规则"),
    "reading.re-optimised": ("rules decided anew", "重新优化"),
    "reading.value of reacting": ("value of reacting", "重新优化的价值"),
    "verdict.lower": ("lower", "更低"),
    "verdict.higher": ("higher", "更高"),
    "verdict.no detectable difference": ("no detectable difference", "无可检测差异"),
    "verdict.identical": ("identical", "完全相同"),
    "verdict.unknown": ("unknown", "未知"),
    "verdict.needed": (
        "no detectable difference (about {n} replications needed)",
        "无可检测差异（约需 {n} 次重复）",
    ),
    "measure.cash": ("cash", "现金"),
    "measure.expected": ("expected (waiting, goodwill)", "预期（等待、口碑）"),
    "measure.stock": ("value of pool stock", "周转机库存价值"),
    "measure.total": ("total", "合计"),
    "measure.claims": ("claims", "工单数"),
    "measure.days_p50": ("days to resolved, P50", "解决天数 P50"),
    "measure.days_p90": ("days to resolved, P90", "解决天数 P90"),
    "measure.days_p95": ("days to resolved, P95", "解决天数 P95"),
    "measure.refunds": ("refunds", "退款金额"),
    "measure.dispute_share": ("disputes a claim", "争议率"),
    "measure.units_landfilled": ("units landfilled", "报废填埋件数"),
    "measure.kg_co2e": ("kg CO2e", "二氧化碳当量（kg）"),
    "acol.case": ("case", "方案"),
    "acol.what": ("what", "项目"),
    "acol.group": ("group", "分组"),
    "acol.step": ("step", "步骤"),
    "acol.contents": ("made of", "内容"),
    "acol.reading": ("reading", "口径"),
    "acol.baseline": ("baseline", "基准"),
    "acol.value": ("there", "方案值"),
    "acol.difference": ("difference", "差额"),
    "acol.interval": ("interval", "区间"),
    "acol.p": ("P(cheaper)", "更省概率"),
    "acol.p_lower": ("P(lower)", "更低概率"),
    "acol.verdict": ("verdict", "结论"),
    "acol.path": ("where", "位置"),
    "acol.old": ("baseline", "基准"),
    "acol.new": ("case", "方案"),
    "acol.unit": ("unit", "单位"),
    "acol.adds": ("adds", "影响"),
}
"""Every text by key."""

"""Texts of the page of quality."""

from __future__ import annotations

TEXTS = {
    "quality.title": ("What fails, and what it costs", "什么在坏，代价多少"),
    "quality.empty": (
        "This page shows which products and which faults cost most, where no fault is found, how cohorts of sale "
        "compare at equal age, what one point less of a fault is worth, and how claims end for customers. It needs a "
        "simulation; every decision brings one.",
        "本页展示哪些产品、哪些故障成本最高，哪里检测无故障，不同销售批次的同龄对比，某故障降低一个百分点的价值，以及"
        "工单如何了结。需要先有一次模拟；每次决策都会附带一次。",
    ),
    "quality.uncounted": (
        "This simulation of {whole} years has kept costs by product. Faults, cohorts of sale and ends of claims are "
        "counted from {years} of its years on request.",
        "此模拟（{whole} 个模拟年）只保存了各产品的成本。故障、销售批次和了结方式需按需从其中 {years} 个模拟年统计。",
    ),
    "quality.act": ("What design should look at first", "研发应先看什么"),
    "quality.no_claims": ("There are no claims of this choice.", "没有符合条件的工单。"),
    "quality.product": ("Product", "产品"),
    "quality.view_pareto": ("What costs most", "成本大头"),
    "quality.view_trend": ("Trend and cohorts", "趋势与批次"),
    "quality.view_worth": ("Worth of a point less", "降一点的价值"),
    "quality.view_customers": ("How claims end", "了结方式"),
    "quality.head_pareto": ("Which few make up most?", "哪些少数占了大部分？"),
    "quality.head_trend": ("Is it getting better or worse?", "在变好还是变坏？"),
    "quality.head_worth": ("What is it worth to fix?", "修好它值多少？"),
    "quality.head_customers": ("What do customers experience?", "客户的结果如何？"),
    "quality.by": ("By", "按"),
    "quality.by_fault": ("product and fault", "产品与故障"),
    "quality.by_product": ("product", "产品"),
    "quality.by_kind": ("kind of fault", "故障类型"),
    "quality.by_market": ("product, fault, market", "产品、故障与市场"),
    "quality.per_market": ("market", "市场"),
    "quality.per_product": ("product", "产品"),
    "quality.measure": ("Measure", "指标"),
    "quality.units": ("units", "件数"),
    "quality.claims": ("claims", "工单数"),
    "quality.fault": ("Fault", "故障"),
    "quality.all_faults": ("all faults", "全部故障"),
    "quality.age": ("Age, months", "月龄"),
    "quality.table_why": (
        "Interval and share are of: {measure}. The file has every column, for the engineering team; one point less is "
        "what a year's cost falls by where this fault is one point rarer among the product's failures.",
        "区间和占比针对：{measure}。文件含全部列，供研发团队使用；“降一点”指该故障在产品故障中的占比降低一个百分点时"
        "全年成本的下降。",
    ),
    "quality.cohorts_why": (
        "Cohorts below count failures of all markets. Older units fail more often whatever their quality; only units "
        "of the same age compare fairly.",
        "以下批次统计为全部市场的故障。使用越久故障越多，与质量无关；只有同龄产品才可公平对比。",
    ),
    "quality.worth_why": (
        "A fault makes claims in proportion to its share of a product's failures. One point less of it takes away "
        "that part of its claims and what they cost, with all that follows from them, a year and in all markets.",
        "故障引起的工单与其在产品故障中的占比成正比。占比降低一个百分点，即减少相应的工单及其后续成本（全部市场，按年"
        "计）。",
    ),
    "quality.customers_why": (
        "Shares of root claims. Solved remotely: the guide or an agent's help did it. Lapsed: the claimant gave up "
        "when asked for evidence, or never used the label. Disputed: a denial that was contested.",
        "占首次工单的比例。远程解决：排障指南或客服协助解决。失效：索要凭证后放弃，或从未寄出。引起争议：拒赔后被申诉"
        "。",
    ),
    "quality.method": (
        "Counted are claims that began the story (not those that follow from a repair or replacement; their cost "
        "counts where it began). A claim's fault is the true one, known to the simulation also where nobody inspected "
        "the unit. Cost is cash, stock and expected costs over the horizon; intervals are of the mean of a year. "
        "Failures leave out claims filed for gain, so they are the same under every rule.",
        "统计的是首次工单（维修或换货后再次引起的工单，其成本计入首次工单）。故障为真实故障：即使无人检测，模拟也知道"
        "。成本含期内现金、库存与预期成本；区间为年均值的区间。故障数不含投机性索赔，因此各规则下相同。",
    ),
}

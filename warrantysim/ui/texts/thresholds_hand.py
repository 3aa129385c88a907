"""Texts of rules set by hand on the page of thresholds."""

from __future__ import annotations

HAND = {
    "thresholds.hand": ("Set cut-points by hand", "手工设定阈值"),
    "thresholds.hand_how": (
        "Begin with the recommended rule of the open cell and change its zones; open another cell to change that too. "
        "The whole is priced at once, as an estimate; ask for the simulation before you rely on it.",
        "从所打开单元的建议规则出发修改各区间；可再打开其他单元继续修改。整体立即给出估算；采用前请运行模拟。",
    ),
    "thresholds.from": ("Zone {n} from, {currency}", "第 {n} 区间起点，{currency}"),
    "thresholds.do": ("Zone {n}: what is done, and by whom", "第 {n} 区间：处理方式与执行方"),
    "thresholds.drop": ("Remove zone {n}", "删除第 {n} 区间"),
    "thresholds.add": ("Add a zone", "增加区间"),
    "thresholds.as_recommended": ("As recommended", "恢复建议规则"),
    "thresholds.all_set": ("All that is set by hand", "全部手工设定"),
    "thresholds.none_set": ("No cell yet: all rules are those recommended.", "尚无：全部采用建议规则。"),
    "thresholds.forget": ("Forget all of it", "全部撤销"),
    "thresholds.step": ("Round all cut-points to, {currency}", "全部阈值取整到，{currency}"),
    "thresholds.exact": ("exact, not rounded", "精确，不取整"),
    "thresholds.steps": ("Steps: {steps}", "步长：{steps}"),
    "thresholds.estimate": ("Estimate", "估算"),
    "thresholds.estimated": ("estimate, without interval", "估算，无区间"),
    "thresholds.no_estimate": (
        "This decision was made before the claims it learned from were kept, so nothing can be estimated at once. Ask "
        "for the decision anew, or simulate below.",
        "该决策生成时尚未保存学习用工单，无法即时估算。请重新运行该决策，或在下方运行模拟。",
    ),
    "thresholds.to_recommended": ("Against recommended, {period}", "与建议相比，{period}"),
    "thresholds.to_now": ("Against today, {period}", "与现行相比，{period}"),
    "thresholds.less": ("saves {currency} {amount}", "省 {currency} {amount}"),
    "thresholds.more": ("costs {currency} {amount} more", "多花 {currency} {amount}"),
    "thresholds.same": ("same cost", "成本相同"),
    "thresholds.moved": ("Claims that go another way", "改变处理方式的工单"),
    "thresholds.moved_how": ("a year, against recommended", "每年，与建议相比"),
    "thresholds.mean_days": ("Mean days, without queues", "平均天数（不含排队）"),
    "thresholds.mean_days_new": ("{days} recommended", "建议规则 {days} 天"),
    "thresholds.full": (
        "By the estimate {bench} would be asked for more hours than it has in {n} months: {months}. Queues would grow; "
        "simulate before you rely on the estimate.",
        "据估算，{bench} 有 {n} 个月工时不足：{months}。排队会增长；采用前请运行模拟。",
    ),
    "thresholds.full.one": (
        "By the estimate {bench} would be asked for more hours than it has in {months}. Queues would grow; simulate "
        "before you rely on the estimate.",
        "据估算，{bench} 在 {months} 工时不足。排队会增长；采用前请运行模拟。",
    ),
    "thresholds.broken.refunds": (
        "By the estimate refunds would exceed the scenario's budget.",
        "据估算，退款将超出情景设定的预算。",
    ),
    "thresholds.broken.days": (
        "By the estimate claims would take longer on average than the scenario allows.",
        "据估算，平均处理天数将超过情景上限。",
    ),
    "thresholds.broken.disputes": (
        "By the estimate more claims would be disputed than the scenario allows.",
        "据估算，纠纷占比将超过情景上限。",
    ),
    "thresholds.estimate_how": (
        "The optimizer's own sum over the claims it learned from, each claim alone: contracts, freight and swap pools "
        "in full, queues only as charged while learning. By the same sum the recommended rule saves {currency} "
        "{recommended} {period} against today; simulated it saves {currency} {simulated}.",
        "优化器对学习用工单的逐单求和：合同、运费与换货池全额计入，排队仅按学习时的计价。按同一口径，建议规则"
        "{period}比现行省 {currency} {recommended}；模拟结果为 {currency} {simulated}。",
    ),
    "thresholds.simulation": ("Simulation", "模拟"),
    "thresholds.simulate_why": (
        "Not simulated yet. It runs on the {n} years that confirmed the decision, so that the difference is paired, "
        "with its interval.",
        "尚未模拟。将在复核该决策的 {n} 个模拟年上运行，逐对比较并给出区间。",
    ),
    "thresholds.simulate": ("Simulate these rules", "模拟这些规则"),
    "thresholds.job": ("{name}: rules set by hand", "{name}：手工设定的规则"),
    "thresholds.not_paired": (
        "Some years of this simulation or of the confirmation failed, so that they cannot be compared pair by pair.",
        "该模拟或复核模拟有部分年份失败，无法逐对比较。",
    ),
    "thresholds.cost": ("Cost a year", "年成本"),
    "thresholds.cost_new": ("{cost} recommended", "建议规则 {cost}"),
    "thresholds.days_all": ("of all claims", "全部工单"),
    "thresholds.differs": (
        "The difference to the recommended rules is certain on these {n} years; run {id}.",
        "在这 {n} 个模拟年上，与建议规则的差异确定存在；运行 {id}。",
    ),
    "thresholds.alike": (
        "No detectable difference from the recommended rules on these {n} years; run {id}.",
        "在这 {n} 个模拟年上，与建议规则无可检测差异；运行 {id}。",
    ),
    "thresholds.wrong_elsewhere": (
        "The rule set by hand for {cell} cannot be followed; open that cell to mend it.",
        "为 {cell} 手工设定的规则无法执行；请打开该单元修正。",
    ),
}

WRONG = {
    "thresholds.wrong.none": ("A cell needs at least one zone.", "每个单元至少需要一个区间。"),
    "thresholds.wrong.many": ("A cell may have {value} zones at most.", "每个单元最多 {value} 个区间。"),
    "thresholds.wrong.number": (
        "Zone {zone}: expected an amount of 0 or more, got {value}.",
        "第 {zone} 区间：应为不小于 0 的金额，实为 {value}。",
    ),
    "thresholds.wrong.first": (
        "Zone 1 must begin at 0, so that every claim has a rule; it begins at {value}.",
        "第 1 区间必须从 0 开始，使每张工单都有规则；现从 {value} 开始。",
    ),
    "thresholds.wrong.order": (
        "Zone {zone} begins at {value}; it must begin above {before}, where zone before it does.",
        "第 {zone} 区间从 {value} 开始；应大于前一区间的起点 {before}。",
    ),
    "thresholds.wrong.disposition": (
        "Zone {zone}: {disposition} is nothing that can be done.",
        "第 {zone} 区间：没有“{disposition}”这种处理方式。",
    ),
    "thresholds.wrong.no_partner": (
        "Zone {zone}: say who does it: a partner for a local repair, a way for a return to China.",
        "第 {zone} 区间：请指定执行方：本地维修需服务商，返厂需运输方式。",
    ),
    "thresholds.wrong.partner": (
        "Zone {zone}: there is no partner {partner}.",
        "第 {zone} 区间：没有名为 {partner} 的服务商。",
    ),
    "thresholds.wrong.needless": (
        "Zone {zone}: a {disposition} needs no partner, got {partner}.",
        "第 {zone} 区间：{disposition} 无需执行方，实为 {partner}。",
    ),
    "thresholds.wrong.desk": (
        "Zone {zone}: {partner} does not serve {market}.",
        "第 {zone} 区间：{partner} 不服务 {market}。",
    ),
    "thresholds.wrong.product": (
        "Zone {zone}: {partner} does not take {sku}.",
        "第 {zone} 区间：{partner} 不接收 {sku}。",
    ),
    "thresholds.wrong.law": (
        "Zone {zone}: the law of {market} lets no claim of this cell go that way.",
        "第 {zone} 区间：{market} 的法规不允许该单元的任何工单这样处理。",
    ),
    "thresholds.wrong.expired": (
        "Zone {zone}: the quote of {partner} holds on no day of the horizon.",
        "第 {zone} 区间：{partner} 的报价在计算期内无效。",
    ),
    "thresholds.wrong.way": (
        "Zone {zone}: there is no way {partner} to China from {market}.",
        "第 {zone} 区间：{market} 没有 {partner} 返厂线路。",
    ),
    "thresholds.wrong.rival": (
        "Zone {zone}: {partner} and {other} share one disposition; a cell's rule names one partner for each.",
        "第 {zone} 区间：{partner} 与 {other} 用于同一处理方式；每个单元的每种处理方式只能有一个执行方。",
    ),
    "thresholds.wrong.same": (
        "Zone {zone} does the same as the one before it; remove one of them.",
        "第 {zone} 区间与前一区间处理方式相同；请删除其一。",
    ),
}

TEXTS = {**HAND, **WRONG}
"""Every text by key: (English, Chinese)."""

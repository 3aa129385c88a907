"""Texts of the page of thresholds."""

from __future__ import annotations

TOP = {
    "thresholds.title": ("Thresholds", "阈值"),
    "thresholds.empty": (
        "This page shows a decision: for every product in every market, below which claim value to refund, from where "
        "to reship, repair locally or return to China, and what that saves. There is no decision in this workspace "
        "yet. Decide a scenario, or fill the workspace with the demo seller.",
        "本页展示决策：每个产品在每个市场中，低于多少工单价值退款，从多少起补发、本地维修或返厂，以及能省多少。"
        "本工作区尚无决策。请对某个情景作出决策，或用演示卖家填充工作区。",
    ),
    "thresholds.damaged": (
        "This run cannot be read: {why} Choose another one above, or ask for it again.",
        "无法读取该运行：{why} 请在上方选择其他运行，或重新运行。",
    ),
    "thresholds.run": ("Decision", "决策"),
    "thresholds.run_label": ("{name}, {made} ({id})", "{name}，{made}（{id}）"),
    "thresholds.markets": ("Markets", "市场"),
    "thresholds.categories": ("Product categories", "产品品类"),
    "thresholds.verdicts": ("Verdicts", "结论"),
    "thresholds.any": ("all", "全部"),
    "thresholds.text": ("Search", "搜索"),
    "thresholds.text_hint": ("product, partner, rule", "产品、服务商、规则"),
    "thresholds.view": ("View", "视图"),
    "thresholds.view.table": ("Table", "表格"),
    "thresholds.view.picture": ("Picture", "图"),
    "thresholds.totals": (
        "Shown: {shown} of {cells} cells. Together they save **{currency} {saving}** {period} ({low} to {high}) of "
        "{currency} {whole} in all; {currency} {shared} belongs to no single cell.",
        "所示 {shown} / {cells} 个规则单元，{period}合计节省 **{currency} {saving}**（{low} 至 {high}）；"
        "全部合计 {currency} {whole}，其中 {currency} {shared} 不属于任何单元。",
    ),
    "thresholds.totals_alone": (
        "Shown: {shown} of {cells} cells. Together they save **{currency} {saving}** {period} of {currency} {whole} in "
        "all; {currency} {shared} belongs to no single cell. Their interval needs the confirming simulation, which is "
        "not here.",
        "所示 {shown} / {cells} 个规则单元，{period}合计节省 **{currency} {saving}**；全部合计 {currency} {whole}，"
        "其中 {currency} {shared} 不属于任何单元。计算其区间需要复核模拟，而该模拟不在本工作区。",
    ),
    "thresholds.nothing": ("No cell matches these filters.", "没有符合筛选条件的规则单元。"),
    "thresholds.table_alt": (
        "Rules now and recommended, a row a cell, with what each change saves. Choose a row to open its cell.",
        "现行与建议规则，每行一个规则单元，并列出各项改动的节省。选择一行可打开该单元。",
    ),
    "thresholds.drawn": (
        "The {drawn} of {cells} cells in {currency} that save most; filter to see others.",
        "{currency} 的 {cells} 个单元中节省最多的 {drawn} 个；用筛选查看其他单元。",
    ),
    "thresholds.cell": ("Open cell", "打开规则单元"),
    "thresholds.part": ("Part", "内容"),
    "thresholds.part.cell": ("This cell", "本单元"),
    "thresholds.part.hand": ("Set by hand", "手工设定"),
    "thresholds.part.files": ("Export and apply", "导出与应用"),
    "thresholds.method": (
        "Learned from {learned} simulated years, chosen on {chosen} others, confirmed on {replications} fresh ones; "
        "seed {seed}; optimizer: {status}. Both rules met the same claims, so that intervals ({level}) are of their "
        "difference, pair by pair. Cut-points are the refund due, net of tax; agents get them rounded to {rounding} "
        "units of currency, with the order price they see in brackets. Savings are those of the unrounded rules.",
        "用 {learned} 个模拟年学习，另用 {chosen} 个选择，再用 {replications} 个全新模拟年复核；种子 {seed}；"
        "优化器：{status}。两种规则面对同一批工单，{level} 区间为逐对差额的区间。阈值指应退金额（不含税）；"
        "客服所得阈值取整到 {rounding} 个货币单位，括号内为其看到的订单价格。节省额按未取整规则计算。",
    ),
}

COLUMNS = {
    "thresholds.col.name": ("Cell", "规则单元"),
    "thresholds.col.code": ("Code", "代码"),
    "thresholds.col.verdict": ("Verdict", "结论"),
    "thresholds.col.rule_now": ("Rule now", "现行规则"),
    "thresholds.col.rule_new": ("Recommended", "建议规则"),
    "thresholds.col.by_hand": ("By hand", "手工设定"),
    "thresholds.col.saving": ("Saves a year", "每年节省"),
    "thresholds.col.low": ("from", "下限"),
    "thresholds.col.high": ("to", "上限"),
    "thresholds.col.claims": ("Claims a year", "每年工单"),
    "thresholds.col.days_now": ("Days P90 now", "现行 P90 天数"),
    "thresholds.col.days": ("Days P90", "建议 P90 天数"),
    "thresholds.col.flat": ("Flat range", "平坦区间"),
    "thresholds.col.binds": ("Held by", "受限于"),
    "thresholds.col.few": ("Few claims", "工单较少"),
    "thresholds.col.learned": ("Claims learned from", "学习用工单"),
    "thresholds.col.done": ("What is done", "处理方式"),
    "thresholds.col.ends": ("How it ends", "结果"),
    "thresholds.flow.claims_now": ("Claims now", "现行工单"),
    "thresholds.flow.claims_new": ("Claims rec.", "建议工单"),
    "thresholds.flow.cost_now": ("Cost a claim now", "现行每单成本"),
    "thresholds.flow.cost_new": ("Cost a claim rec.", "建议每单成本"),
    "thresholds.flow.days_p50_now": ("Days half now", "现行半数天数"),
    "thresholds.flow.days_p50_new": ("Days half rec.", "建议半数天数"),
    "thresholds.flow.days_p90_now": ("Days P90 now", "现行九成天数"),
    "thresholds.flow.days_p90_new": ("Days P90 rec.", "建议九成天数"),
    "thresholds.flat_help": (
        "Within its flat range a cut-point may lie anywhere: the cell's yearly cost changes by less than 1 %.",
        "阈值在平坦区间内任意移动，该单元年成本变化不到 1 %。",
    ),
    "thresholds.few_help": (
        "Fewer than 400 claims to learn from: read the cut-points as a direction.",
        "学习用工单不足 400：阈值仅供参考方向。",
    ),
}

CELL = {
    "thresholds.saves": ("Saves a year", "每年节省"),
    "thresholds.interval": ("{level}: {low} to {high}", "{level}：{low} 至 {high}"),
    "thresholds.claims": ("Claims a year", "每年工单"),
    "thresholds.changing": ("{n} go another way", "{n} 单改变处理方式"),
    "thresholds.days": ("Nine in ten resolved", "九成工单解决"),
    "thresholds.days_of": ("{days} days", "{days} 天"),
    "thresholds.days_now": ("{days} days now", "现行 {days} 天"),
    "thresholds.each": ("Cost a claim", "每单成本"),
    "thresholds.each_now": ("{currency} {cost} now", "现行 {currency} {cost}"),
    "thresholds.no_curves": (
        "This decision was made before cost curves were kept. Ask for it anew to see them; its figures stand.",
        "该决策生成时尚未保存成本曲线。重新运行即可查看；其规则与节省不受影响。",
    ),
    "thresholds.no_claims": ("No claim falls into this cell.", "该单元没有工单。"),
    "thresholds.curves_how": (
        "Each line: what a claim costs if that is done with it, by its value, from the training claims, with waiting "
        "and what is scarce at its price. The wide line beneath is the cheapest at each value. Shaded: where a "
        "cut-point may lie at less than 1 % of the cell's cost. Below: the claims a year along the same axis.",
        "每条线为按该方式处理时每单成本随工单价值的变化，取自学习用工单，含等待成本与稀缺资源的影子价格。"
        "底部宽线为各价值处的最低成本。阴影为阈值可移动且成本变化不到 1 % 的区间。下方为同一坐标上的年工单数。",
    ),
    "thresholds.curves_aside": (
        "Faint lines: partners and ways no recommended rule uses. What their contracts or dispatches charge in a lump "
        "(onboarding, retainer, minimum, freight) would come on top of the line.",
        "浅色线为建议规则未启用的服务商或线路；其合同或集运的固定费用（开通费、月费、最低月费、运费）须另计。",
    ),
    "thresholds.rule": ("The rule, and what holds it", "规则及其限制"),
    "thresholds.no_cuts": ("no cut-point", "无阈值"),
    "thresholds.free": ("nothing: it is the cheapest order of zones", "无：已是最省的分区"),
    "thresholds.recommended": ("Recommended", "建议规则"),
    "thresholds.no_confirmation": (
        "The simulation that confirmed this decision is not in the workspace or is damaged. Ask for the decision again "
        "to have it.",
        "复核该决策的模拟不在工作区或已损坏。重新运行该决策即可恢复。",
    ),
    "thresholds.no_costs": (
        "Costs by kind are kept by product, market and channel; this cell is finer than that.",
        "成本按产品、市场和渠道保存；该单元的划分更细。",
    ),
    "thresholds.costs_how": (
        "Sums of ledger lines of the confirming years, a mean year. What several cells share is left out.",
        "复核模拟年的账目合计，取年均值；不含多个单元共担的费用。",
    ),
    "thresholds.journey": ("Where its claims go", "工单去向"),
    "thresholds.journey_alt": (
        "Claims of the cell by what is done and how it ends, now and recommended, with cost and days.",
        "本单元工单按处理方式与结果分列，现行与建议对照，含成本与天数。",
    ),
    "thresholds.journey_how": (
        "From the confirming years. Claims solved remotely, denied or decided by the platform never reach the rule. "
        "Cost includes what follows: repeat claims belong to the first one.",
        "取自复核模拟年。远程解决、拒赔或平台处理的工单不经过规则。成本含后续：重复工单计入首单。",
    ),
}

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
    "thresholds.wrong.expired": (
        "Zone {zone}: the quote of {partner} holds on no day of the horizon.",
        "第 {zone} 区间：{partner} 的报价在计算期内无效。",
    ),
    "thresholds.wrong.way": (
        "Zone {zone}: there is no way {partner} to China from {market}.",
        "第 {zone} 区间：{market} 没有 {partner} 返厂线路。",
    ),
    "thresholds.wrong.same": (
        "Zone {zone} does the same as the one before it; remove one of them.",
        "第 {zone} 区间与前一区间处理方式相同；请删除其一。",
    ),
}

FILES = {
    "thresholds.files": ("Export and apply", "导出与应用"),
    "thresholds.which": ("Which rules", "采用哪套规则"),
    "thresholds.which.agents": ("Recommended, rounded", "建议规则（取整）"),
    "thresholds.which.exact": ("Recommended, exact", "建议规则（精确）"),
    "thresholds.which.hand": ("Set by hand", "手工设定"),
    "thresholds.which_how.agents": (
        "Cut-points rounded to {rounding} units of currency, as agents get them.",
        "阈值取整到 {rounding} 个货币单位，即客服所用规则。",
    ),
    "thresholds.which_how.exact": ("The confirmed rules to the cent.", "经复核的规则，精确到分。"),
    "thresholds.which_how.hand": (
        "The recommended rules with what was set by hand, rounded as chosen there.",
        "建议规则加手工设定，并按所选步长取整。",
    ),
    "thresholds.take": ("Files", "文件"),
    "thresholds.file.agents": ("Rules for agents (CSV)", "客服规则（CSV）"),
    "thresholds.file.platform": ("Platform rule table (CSV)", "平台规则表（CSV）"),
    "thresholds.file.platform_text": ("Platform rule table (tab-delimited)", "平台规则表（制表符分隔）"),
    "thresholds.file.policy": ("Policy for programs (YAML)", "规则文件（YAML）"),
    "thresholds.file.decision": ("Decision table, every column (CSV)", "决策表，全部列（CSV）"),
    "thresholds.file_help.agents": (
        "A line a zone: refund due, order price, what to do, evidence, fallback, first day.",
        "每行一个区间：应退金额、订单价格、处理方式、凭证、备选、生效日。",
    ),
    "thresholds.file_help.platform": (
        "Price range, product, category, reason and what is done, a line a zone, to transcribe into returnless rules.",
        "价格区间、产品、品类、原因与处理方式，每行一个区间，可录入平台免退货规则。",
    ),
    "thresholds.file_help.platform_text": (
        "The same, tab-delimited, for platforms that take an upload.",
        "同上，制表符分隔，供平台批量上传。",
    ),
    "thresholds.file_help.policy": (
        "What warrantysim reads with --policy.",
        "供 warrantysim --policy 读取。",
    ),
    "thresholds.file_help.decision": (
        "Now against recommended with every figure, as in the README; always of the recommended rules.",
        "现行与建议对照的全部数据，列说明见 README。始终为建议规则，与上方选择无关。",
    ),
    "thresholds.workbook": ("Excel workbook", "Excel 工作簿"),
    "thresholds.workbook_how": (
        "Simulated quantities pasted, money as live formulas, a sheet of checks that reconciles to this decision.",
        "模拟数量为固定值，金额为实时公式，检查表与本决策逐项核对。",
    ),
    "thresholds.workbook_ask": ("Prepare the workbook", "生成工作簿"),
    "thresholds.workbook_get": ("Download the workbook", "下载工作簿"),
    "thresholds.workbook_job": ("{name}: quantities for the workbook", "{name}：工作簿数量表"),
    "thresholds.apply": ("Apply", "应用"),
    "thresholds.name": ("Name of the scenario", "情景名称"),
    "thresholds.name.agents": ("recommended-rounded", "建议取整"),
    "thresholds.name.exact": ("recommended", "建议"),
    "thresholds.name.hand": ("by-hand", "手工"),
    "thresholds.why": ("Why", "原因"),
    "thresholds.to_scenario": ("Apply as scenario policy", "应用为情景规则"),
    "thresholds.to_draft": ("Draft for approval", "提交审批草稿"),
    "thresholds.kept": ("Kept as scenario {ref}.", "已保存为情景 {ref}。"),
    "thresholds.drafted": ("Draft {number} awaits approval.", "草稿 {number} 待审批。"),
    "thresholds.see_scenarios": ("See scenarios", "查看情景"),
    "thresholds.see_approvals": ("See approvals", "查看审批"),
}

TEXTS = {**TOP, **COLUMNS, **CELL, **HAND, **WRONG, **FILES}
"""Every text by key: (English, Chinese)."""

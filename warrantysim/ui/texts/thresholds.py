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
    "thresholds.currency": ("Currency of claim values", "工单价值的货币"),
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
        "difference, pair by pair. Cut-points are the refund due, net of tax; they are rounded to {rounding} "
        "units of currency, with the order price an agent sees in brackets. Savings are those of exactly these rules.",
        "用 {learned} 个模拟年学习，另用 {chosen} 个选择，再用 {replications} 个全新模拟年复核；种子 {seed}；"
        "优化器：{status}。两种规则面对同一批工单，{level} 区间为逐对差额的区间。阈值指应退金额（不含税）；"
        "阈值取整到 {rounding} 个货币单位，括号内为客服看到的订单价格。节省额即按这些规则计算。",
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
    "thresholds.col.robust": ("draws saving", "抽样节省比例"),
    "thresholds.robust_help": (
        "In how many draws of everything assumed the change saves; the cell tells which input would turn it.",
        "对全部假设联合抽样时该变更仍节省的比例；单元详情说明哪项输入会使其反转。",
    ),
    "thresholds.col.rule_free": ("left out: the optimum would", "未采纳：最优方案"),
    "thresholds.col.free_saving": ("and save", "可节省"),
    "thresholds.col.claims": ("Claims a year", "每年工单"),
    "thresholds.col.days_now": ("Days, 9 in 10, now", "现行九成天数"),
    "thresholds.col.days": ("Days, 9 in 10", "建议九成天数"),
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
    "thresholds.flow.days_p50_now": ("Days, half, now", "现行半数天数"),
    "thresholds.flow.days_p50_new": ("Days, half, rec.", "建议半数天数"),
    "thresholds.flow.days_p90_now": ("Days, 9 in 10, now", "现行九成天数"),
    "thresholds.flow.days_p90_new": ("Days, 9 in 10, rec.", "建议九成天数"),
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

FILES = {
    "thresholds.files": ("Export and apply", "导出与应用"),
    "thresholds.which": ("Which rules", "采用哪套规则"),
    "thresholds.which.recommended": ("Recommended", "建议规则"),
    "thresholds.which.hand": ("Set by hand", "手工设定"),
    "thresholds.which_how.recommended": (
        "The confirmed rules, cut-points at multiples of {rounding} units of currency; every other cell as today.",
        "经复核的规则，阈值取整到 {rounding} 个货币单位；其余单元维持现行规则。",
    ),
    "thresholds.which_how.hand": (
        "The recommended rules with what was set by hand, rounded as chosen there.",
        "建议规则加手工设定，并按所选步长取整。",
    ),
    "thresholds.take": ("Files", "文件"),
    "thresholds.file.agents": ("Rules for agents (CSV)", "客服规则（CSV）"),
    "thresholds.file.platform": ("Platform rule table (CSV)", "平台规则表（CSV）"),
    "thresholds.file.platform_text": ("Platform rule table (tab-delimited)", "平台规则表（制表符分隔）"),
    "thresholds.file.json": ("Rules for helpdesks (JSON)", "客服系统规则（JSON）"),
    "thresholds.file.dmn": ("Decision table (DMN)", "决策表（DMN）"),
    "thresholds.file.python": ("Rules as a Python function", "规则函数（Python）"),
    "thresholds.file.policy": ("Policy for programs (YAML)", "规则文件（YAML）"),
    "thresholds.file.decision": ("Decision table, every column (CSV)", "决策表，全部列（CSV）"),
    "thresholds.file_help.agents": (
        "A line a zone: refund due, order price, what to do, evidence, fallback, first day.",
        "每行一个区间：应退金额、订单价格、处理方式、凭证、备选、生效日。",
    ),
    "thresholds.file_help.platform": (
        "Price range, order dates, product, category, reason and what is done, to transcribe into returnless rules. "
        "Lines with order dates are true for the day they are made for: hand them in anew every month.",
        "价格区间、下单日期、产品、品类、原因与处理方式，可录入平台免退货规则。含下单日期的规则仅对生成日有效，需每月更新。",
    ),
    "thresholds.file_help.platform_text": (
        "The same, tab-delimited, for platforms that take an upload.",
        "同上，制表符分隔，供平台批量上传。",
    ),
    "thresholds.file_help.json": (
        "For helpdesks: every line with when and then, titles in both languages",
        "供客服系统使用：逐条列出条件与处理方式，含中英文标题",
    ),
    "thresholds.file_help.dmn": (
        "Decision table of the DMN standard, first match holds: for any engine that reads DMN",
        "DMN 标准决策表，以首条匹配为准：任何支持 DMN 的引擎均可读取",
    ),
    "thresholds.file_help.python": (
        "One Python function that needs nothing else, with cases it is tested with when it is run",
        "无需任何依赖的 Python 函数，附自测用例，运行即测试",
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
    "thresholds.name.recommended": ("recommended", "建议"),
    "thresholds.name.hand": ("by-hand", "手工"),
    "thresholds.why": ("Why", "原因"),
    "thresholds.to_scenario": ("Apply as scenario policy", "应用为情景规则"),
    "thresholds.to_draft": ("Draft for approval", "提交审批草稿"),
    "thresholds.kept": ("Kept as scenario {ref}.", "已保存为情景 {ref}。"),
    "thresholds.drafted": ("Draft {number} awaits approval.", "草稿 {number} 待审批。"),
    "thresholds.see_scenarios": ("See scenarios", "查看情景"),
    "thresholds.see_approvals": ("See approvals", "查看审批"),
}

TEXTS = {**TOP, **COLUMNS, **CELL, **FILES}
"""Every text by key: (English, Chinese)."""

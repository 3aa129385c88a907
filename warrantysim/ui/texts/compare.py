"""Texts of the page that compares."""

from __future__ import annotations

ASK = {
    "compare.title": ("Compare & sensitivity", "对比与敏感性"),
    "compare.empty": (
        "Nothing was compared in this workspace yet. A comparison says what a what-if or another rule costs a year "
        "against a baseline, how sure that is, what makes the difference up, and what would change the answer.",
        "本工作区尚无对比。对比会说明某个情景或另一种规则与基准相比每年的成本差异、把握程度、差异构成，以及何种变化"
        "会改变结论。",
    ),
    "compare.choose": ("Comparison", "对比"),
    "compare.more": ("New comparison", "新建对比"),
    "compare.several": ("Several cases", "多个方案"),
    "compare.two_runs": ("Two stored runs", "两个已存运行"),
    "compare.gone": ("There is no run {id} in this workspace.", "本工作区没有运行 {id}。"),
    "compare.damaged": (
        "This run cannot be shown: {message} Everything else on the page works.",
        "无法显示该运行：{message} 本页其他内容不受影响。",
    ),
    "compare.unpaired": ("These runs cannot be compared: {message}", "这些运行无法对比：{message}"),
    "compare.nothing_ran": (
        "No simulated year of this comparison came through. The first failure: {first}",
        "该对比没有任何模拟年成功完成。首个错误：{first}",
    ),
    "compare.what_if": ("What if …", "如果……"),
    "compare.lever": ("What changes", "变化项"),
    "compare.lever_help": (
        "A stress finance asks for every month, an uncertain input of the scenario, or the path of any figure, typed.",
        "常用压力情景、方案中的不确定输入，或直接键入任意数值的路径。",
    ),
    "compare.how": ("How", "方式"),
    "compare.how_times": ("times", "乘以"),
    "compare.how_plus": ("plus", "加上"),
    "compare.how_set": ("set to", "设为"),
    "compare.value": ("Value", "数值"),
    "compare.years": ("Years", "年数"),
    "compare.years_help": (
        "Simulated years. All cases meet the same luck, so that few years tell small differences.",
        "模拟年数。各方案面对相同的随机性，少量年数即可分辨小差异。",
    ),
    "compare.run": ("Run", "运行"),
    "compare.against": (
        "Against {base}; both sides follow the same rule. Ask “If we react” below for the rule decided anew.",
        "与 {base} 对比，双方使用同一规则。若要看重新优化的规则，请用下方“如果我们应对”。",
    ),
    "compare.kept_rule": ("Rule of both sides", "双方使用的规则"),
    "compare.own_rule": ("the baseline's own", "基准自己的规则"),
    "compare.kept_rule_help": (
        "Freight changes nothing under a rule that ships nothing: try the what-if under the rule you are about to use.",
        "在不寄送任何物品的规则下，运费变化没有影响：可在即将启用的规则下做此假设。",
    ),
    "compare.baseline": ("Baseline", "基准"),
    "compare.other": ("Against it", "对比项"),
    "compare.what_ifs": ("What-ifs, each under its own rule", "情景（各用自身规则）"),
    "compare.rules": ("Rules, in the baseline's world", "规则（在基准情景下）"),
    "compare.rules_help": (
        "Shipped rules, recommendations of stored decisions, versions put forward for approval.",
        "自带规则、已存决策的建议规则、提交审批的版本。",
    ),
    "compare.recommended": ("recommended for {name}, {made} ({id})", "{name} 的建议规则，{made}（{id}）"),
    "compare.placeholder": ("choose", "请选择"),
    "compare.nothing_ticked": ("Tick a what-if or a rule.", "请至少选择一个情景或规则。"),
    "compare.beside": ("Show side by side", "并列显示"),
    "compare.same_run": ("Choose two different runs.", "请选择两个不同的运行。"),
    "compare.too_few_runs": (
        "Two simulated rules are needed; a decision stores some.",
        "需要两个已模拟的规则；运行一次决策即会保存。",
    ),
    "compare.of_run": ("{name} ({id})", "{name}（{id}）"),
}

RESULT = {
    "compare.inputs": ("What differs in the inputs", "输入差异"),
    "compare.inputs_which": ("Inputs shown", "显示的输入"),
    "compare.inputs_differences": ("Only differences", "仅差异"),
    "compare.inputs_all": ("All inputs", "全部输入"),
    "compare.inputs_none": ("{case} states nothing otherwise.", "{case} 的输入完全相同。"),
    "compare.absent": ("(nothing)", "（无）"),
    "compare.inputs_alt": ("{n} inputs, a column a case", "{n} 项输入，每个方案一列"),
    "compare.verdicts": ("Against {base}", "与 {base} 相比"),
    "compare.verdict_lower": (
        "**{case}** costs **{currency} {amount} less** {period} ({low} to {high}); it is cheaper in {p} of years.",
        "**{case}** {period}**少花 {currency} {amount}**（{low} 至 {high}）；在 {p} 的年份中更便宜。",
    ),
    "compare.verdict_higher": (
        "**{case}** costs **{currency} {amount} more** {period} ({low} to {high}); it is cheaper in {p} of years.",
        "**{case}** {period}**多花 {currency} {amount}**（{low} 至 {high}）；在 {p} 的年份中更便宜。",
    ),
    "compare.verdict_no_detectable_difference": (
        "**{case}**: no detectable difference ({currency} {low} to {high} {period}; cheaper in {p} of years); "
        "about {n} more simulated years would tell.",
        "**{case}**：无可检测差异（{period} {currency} {low} 至 {high}；在 {p} 的年份中更便宜）；"
        "约再模拟 {n} 年方可分辨。",
    ),
    "compare.verdict_identical": (
        "**{case}** costs exactly the same, in every year simulated.",
        "**{case}** 在每个模拟年中成本完全相同。",
    ),
    "compare.verdict_unknown": (
        "**{case}** differs by {currency} {signed} {period}; a single year tells nothing about luck.",
        "**{case}** {period}相差 {currency} {signed}；单一模拟年无法判断随机性。",
    ),
    "compare.unused": (
        "Nothing that differs is used under these rules: see “If we react”, or compare it under another rule.",
        "在现行规则下，上述差异均未用到：请看“如果我们应对”，或换一种规则对比。",
    ),
    "compare.case": ("Looked at closely", "详细查看"),
    "compare.part": ("Part", "部分"),
    "compare.part_answer": ("Answer", "结论"),
    "compare.part_where": ("Where and when", "产品与时间"),
    "compare.part_react": ("If we react", "如果我们应对"),
    "compare.part_sensitivity": ("Sensitivity", "敏感性"),
    "compare.differences": ("{case} beside {base}", "{case} 与 {base} 并列"),
    "compare.differences_alt": ("{n} measures, baseline, alternative and difference", "{n} 项指标：基准、方案与差额"),
    "compare.why": ("What makes the difference up", "差额由什么构成"),
    "compare.bridge_alt": (
        "From the baseline's cost to the alternative's, step by step",
        "由基准成本到方案成本的逐项变化",
    ),
    "compare.reconciled": (
        "Check: the steps add up to {currency} {sum}; the difference is {currency} {apart}; unexplained {gap}.",
        "核对：各步之和 {currency} {sum}；差额 {currency} {apart}；未解释 {gap}。",
    ),
    "compare.drivers": ("Which changed input makes it", "由哪项输入变化造成"),
    "compare.drivers_ask": (
        "To tell the changed inputs apart, their combinations are simulated: up to 64 of them.",
        "要区分各项输入变化的影响，需模拟其组合（最多 64 种）。",
    ),
    "compare.drivers_ask_button": ("Split by changed input", "按输入变化分解"),
    "compare.drivers_method": ("Method of the split", "分解方法"),
    "compare.drivers_said": (
        "Shapley values over {n} groups of changed inputs: the mean over all orders in which they can be changed. No "
        "order is favoured and the steps add up exactly.",
        "对 {n} 组变化的输入取 Shapley 值，即按所有先后次序平均；不偏向任何次序，各步之和精确等于总差额。",
    ),
    "compare.drivers_one": (
        "One group of inputs differs: it makes the whole difference.",
        "只有一组输入不同：全部差额由其造成。",
    ),
    "compare.by": ("Parted by", "分组"),
    "compare.by_sku": ("Product", "产品"),
    "compare.by_market": ("Market", "市场"),
    "compare.by_product_category": ("Category", "品类"),
    "compare.by_category": ("Kind of cost", "费用项目"),
    "compare.by_sku_title": ("Which products make the difference", "差额来自哪些产品"),
    "compare.by_market_title": ("Which markets make the difference", "差额来自哪些市场"),
    "compare.by_product_category_title": ("Which categories make the difference", "差额来自哪些品类"),
    "compare.by_category_title": ("Which kinds of cost make the difference", "差额来自哪些费用"),
    "compare.nowhere": ("It differs nowhere.", "各组均无差异。"),
    "compare.unassigned": ("not of a single claim", "不属于单个工单"),
    "compare.months": ("Months", "月份"),
    "compare.months_note": (
        "Costs stand in the month their claim was opened; what belongs to no claim (retainers, stock) is in no month. "
        "The band is the interval of each month by itself.",
        "成本计入其工单的开单月份；不属于工单的费用（月费、库存）不计入任何月份。阴影为各月自身的区间。",
    ),
    "compare.waiting": ("How long customers wait", "客户等待时间"),
    "compare.react": ("Doing nothing, and reacting", "维持规则与应对"),
    "compare.react_what": (
        "A what-if has two readings: what it costs if the rule stays as it is, and what it costs once the rule is "
        "decided for the new world. The difference is what reacting is worth.",
        "情景有两种口径：规则不变时的成本，以及针对新情景重新优化规则后的成本。两者之差即应对的价值。",
    ),
    "compare.react_ask": (
        "The rule has to be decided anew for this what-if; that takes about as long as a decision.",
        "需要针对该情景重新优化规则；耗时与一次决策相当。",
    ),
    "compare.react_ask_button": ("Decide anew and compare", "重新优化并对比"),
    "compare.react_pays": (
        "Deciding the rule anew for **{case}** is worth **{currency} {amount}** {period} ({low} to {high}).",
        "针对 **{case}** 重新优化规则，{period}价值 **{currency} {amount}**（{low} 至 {high}）。",
    ),
    "compare.react_not": (
        "Deciding the rule anew for **{case}** is worth nothing that can be told from luck ({currency} {low} to {high} "
        "{period}).",
        "针对 **{case}** 重新优化规则的价值无法与随机波动区分（{period} {currency} {low} 至 {high}）。",
    ),
    "compare.react_chart": ("What the what-if costs, in both readings", "两种口径下情景的成本"),
    "compare.react_method": ("Method of both readings", "两种口径的方法"),
    "compare.react_said": (
        "Both rules are simulated in the what-if in {n} years that neither was chosen on, on the same luck as the "
        "baseline.",
        "两种规则均在情景中以 {n} 个未参与选择的模拟年计价，并与基准使用相同的随机性。",
    ),
    "compare.word_none": ("no detectable difference; about {n} more years", "无可检测差异；约再需 {n} 年"),
    "compare.method": (
        "Every case met the same {replications} simulated years of claims (seed {seed}), so that a difference is not "
        "luck of the draw. Intervals are of {level}, from paired differences by replication.",
        "各方案面对相同的 {replications} 个模拟年工单（种子 {seed}），差额并非随机波动。区间为 {level}，"
        "由逐次重复的配对差额得出。",
    ),
    "compare.narrower": (
        "{case}: half-width {paired}; on independent luck it would be {unpaired}.",
        "{case}：区间半宽 {paired}；若随机性独立则为 {unpaired}。",
    ),
    "compare.carbon": ("Emissions: {method}.", "排放口径：{method}。"),
    "compare.failures": (
        "{n} runs failed and their years are left out; the first: {first}",
        "{n} 次运行失败，其年份已剔除；首个错误：{first}",
    ),
    "compare.pair_note": (
        "Two stored simulations side by side: nothing was run. Waste and emissions are not stored with simulations.",
        "并列两个已存模拟：未重新运行。模拟运行不保存报废与排放数据。",
    ),
    "compare.model": ("Model {version}", "模型 {version}"),
}

COLUMNS = {
    "compare.col_path": ("Where", "位置"),
    "compare.col_unit": ("Unit", "单位"),
    "compare.col_what": ("What", "项目"),
    "compare.col_difference": ("Difference", "差额"),
    "compare.col_difference_in": ("Difference, {currency}", "差额（{currency}）"),
    "compare.col_interval": ("Interval, {level}", "区间（{level}）"),
    "compare.col_lower": ("Lower in", "更低的年份"),
    "compare.col_lower_help": (
        "Share of simulated years in which the alternative is lower; for costs, how often it is cheaper.",
        "方案更低的模拟年占比；对成本而言即更便宜的频率。",
    ),
    "compare.col_cheaper": ("Cheaper in", "更便宜的年份"),
    "compare.col_verdict": ("Verdict", "结论"),
    "compare.col_step": ("Step", "步骤"),
    "compare.col_adds": ("Adds, {currency}", "影响（{currency}）"),
    "compare.col_low": ("From", "下限"),
    "compare.col_high": ("To", "上限"),
    "compare.col_reading": ("Reading", "口径"),
    "compare.col_before": ("Before", "之前"),
    "compare.col_after": ("After", "之后"),
    "compare.col_input": ("Input", "输入"),
    "compare.col_at_low": ("Low", "低值"),
    "compare.col_at_high": ("High", "高值"),
    "compare.col_diff_low": ("Difference at low", "低值时差额"),
    "compare.col_diff_high": ("Difference at high", "高值时差额"),
    "compare.col_swing": ("Swing", "幅度"),
    "compare.col_flips": ("Changes the answer", "改变结论"),
    "compare.col_reason": ("Why uncertain", "不确定原因"),
    "compare.col_worth": ("Worth, {currency} a year", "价值（每年 {currency}）"),
    "compare.col_noise": ("Noise", "噪声"),
    "compare.col_noise_help": (
        "What an input without any value would show by chance; it is taken off the worth.",
        "毫无价值的输入偶然显示的数值；已从价值中扣除。",
    ),
    "compare.col_of_all": ("Of knowing everything", "占完全知情"),
    "compare.col_cell": ("Product and market", "产品与市场"),
    "compare.col_best": ("Cheapest", "最省方案"),
    "compare.col_stability": ("Stays cheapest in", "保持最省的比例"),
    "compare.col_runner_up": ("Next best", "次优"),
    "compare.col_regret": ("Regret, {currency} a year", "遗憾值（每年 {currency}）"),
    "compare.col_below": ("Cheapest below", "低于时最省"),
    "compare.col_above": ("Cheapest above", "高于时最省"),
    "compare.col_switch": ("Changes at", "切换点"),
    "compare.col_margin": ("Ahead by, {currency} a year", "领先（每年 {currency}）"),
    "compare.col_clear": ("Beyond luck", "超出随机波动"),
    "compare.col_rule": ("Rule", "规则"),
    "compare.col_lines": ("Lines to know", "规则行数"),
    "compare.col_cost": ("Cost, {currency} a year", "成本（每年 {currency}）"),
    "compare.col_price": ("Price of simplicity", "简化代价"),
    "compare.col_position": ("Position", "取值"),
    "compare.col_pays_up_to": ("Pays up to, {currency} a unit", "可承受成本（每件 {currency}）"),
    "compare.col_unit_cost": ("Costs, {currency} a unit", "实际成本（每件 {currency}）"),
    "compare.col_point": ("One point less, {currency} a year", "降低一点（每年 {currency}）"),
}

TEXTS = {**ASK, **RESULT, **COLUMNS}

"""What the decision memo says. Each is (English, Chinese)."""

from __future__ import annotations

MEMO_PHRASES = {
    "version.stamp": (
        "{status}: version {version} of the policy, run {run}, in force from {day}",
        "{status}：规则版本 {version}，依据运行 {run}，自 {day} 起生效",
    ),
    "memo.title": ("Decision memo: {title}", "决策备忘录：{title}"),
    "memo.draft": ("DRAFT, not approved", "草稿，尚未批准"),
    "memo.approved": ("APPROVED", "已批准"),
    "memo.effective": ("in force from {day}", "自 {day} 起生效"),
    "memo.decision": ("Decision asked", "待决事项"),
    "memo.asked": (
        "Whether to answer warranty claims by {new} instead of {now}: {skus} products in {markets} markets, "
        "{claims} claims {period}.",
        "是否以{new}取代{now}处理保修索赔：涉及 {markets} 个市场的 {skus} 款产品，{period}约 {claims} 张工单。",
    ),
    "memo.recommendation": ("Recommendation", "建议"),
    "memo.saves": (
        "Adopt it: it saves {currency} {saving} {period} ({level} interval {low} to {high}), {share} of today's cost.",
        "建议采用：{period}节省 {currency} {saving}（{level} 置信区间 {low} 至 {high}），占现行成本的 {share}。",
    ),
    "memo.worse": (
        "Do not adopt it: it costs {currency} {saving} more {period} ({level} interval {low} to {high}).",
        "不建议采用：{period}多支出 {currency} {saving}（{level} 置信区间 {low} 至 {high}）。",
    ),
    "memo.unsure": (
        "Do not adopt it for money's sake: no difference can be told from luck ({currency} {saving} {period}, {level} "
        "interval {low} to {high}).",
        "不应以省钱为由采用：差额无法与随机波动区分（{period} {currency} {saving}，{level} 置信区间 {low} 至 "
        "{high}）。",
    ),
    "memo.keep": ("Keep the rules as they are: the proposal is the same.", "维持现行规则：提案与现行规则相同。"),
    "memo.split": (
        "Of this, {cash} is cash and stock, which move through the books; {expected} are expected costs (waiting, "
        "reviews, disputes), which are real only on average.",
        "其中 {cash} 为现金与库存，会进入账目；{expected} 为预期成本（等待、差评、争议），仅在平均意义上成立。",
    ),
    "memo.table": ("Today and proposed", "现行与提案对比"),
    "memo.table_caption": (
        "Means over {replications} simulated years, {level} intervals; minus means less.",
        "{replications} 个模拟年度的均值，区间为 {level} 置信区间；负号表示减少。",
    ),
    "memo.column.line": ("{period}", "{period}"),
    "memo.column.now": ("today", "现行"),
    "memo.column.new": ("proposed", "提案"),
    "memo.column.change": ("change", "变化"),
    "memo.column.interval": ("interval", "区间"),
    "memo.row.total": ("Total cost, {currency}", "总成本（{currency}）"),
    "memo.row.cash": ("of it cash and stock, {currency}", "其中：现金与库存（{currency}）"),
    "memo.row.expected": ("of it expected cost, {currency}", "其中：预期成本（{currency}）"),
    "memo.row.days_half": ("Days within which half are resolved", "半数工单的完结天数"),
    "memo.row.days": ("Days within which nine in ten are resolved", "九成工单的完结天数"),
    "memo.row.refund": ("Claims refunded", "退款工单"),
    "memo.row.reship": ("Claims reshipped", "补发工单"),
    "memo.row.repair_local": ("Claims sent to local repair", "本地维修工单"),
    "memo.row.return_china": ("Claims sent to China", "返厂工单"),
    "memo.bridge": ("Where the difference comes from", "差额来源"),
    "memo.bridge_now": ("today", "现行"),
    "memo.bridge_new": ("proposed", "提案"),
    "memo.parts": ("What the saving is made of", "节省的构成"),
    "memo.column.part": ("part", "部分"),
    "memo.whole": ("in all", "合计"),
    "memo.parts_caption": (
        "Sums of ledger lines by the part their cost is in. Customers who give up are charged what their claim costs "
        "when they go on: nobody's giving up is a saving.",
        "按费用所属部分汇总的台账明细。客户放弃的工单按其继续办理的成本计入：放弃不算节省。",
    ),
    "memo.check.four_parts": ("The four parts add up to the whole", "四个部分之和等于总节省"),
    "memo.cells": ("What changes", "规则变更"),
    "memo.cells_caption": (
        "The {shown} largest of {n} rules that change. Cut-points are the refund due. What belongs to no rule, such as "
        "contract charges, comes to {currency} {shared}.",
        "共变更 {n} 条规则，此处列出影响最大的 {shown} 条。阈值为应退金额。不属于任何规则的部分（如合同费用）为 "
        "{currency} {shared}。",
    ),
    "memo.column.cell": ("product and market", "产品与市场"),
    "memo.column.saves": ("saves, {currency}", "节省（{currency}）"),
    "memo.column.verdict": ("verdict", "结论"),
    "memo.mind": ("What would change our mind", "何种情况会改变结论"),
    "memo.switch": (
        "{lever}: at {at} ({low} to {high}) {above} becomes the best in place of {below}; it is {stated} now.",
        "{lever}：在 {at}（{low} 至 {high}）处，最优方案由 {below} 变为 {above}；当前为 {stated}。",
    ),
    "memo.switch_never": (
        "{lever}: from {low} to {high} {name} stays the best.",
        "{lever}：在 {low} 至 {high} 范围内，{name} 始终最优。",
    ),
    "memo.open_end": ("beyond the range looked at", "超出考察范围"),
    "memo.flips": (
        "Within its range each of these assumptions alone would turn the saving into a loss: {names}.",
        "以下任一假设单独在其范围内变动，即可使节省变为亏损：{names}。",
    ),
    "memo.flips_none": (
        "None of {n} assumptions, each alone across its whole range, turns the saving into a loss.",
        "{n} 项假设各自在其全部范围内单独变动，均不会使节省变为亏损。",
    ),
    "memo.no_study": (
        "No stored study says so yet: run a tornado and a break-even for this scenario before signing.",
        "尚无已保存的研究可回答：签署前请为本情景运行敏感性分析与盈亏平衡分析。",
    ),
    "memo.assumptions": ("Assumptions it rests on", "主要假设"),
    "memo.assumed_ranked": (
        "Widest effect on the saving first; {n} assumptions are stated in all. S sourced, D derived, A assumed.",
        "按对节省的影响排序；共列明 {n} 项假设。S 有来源，D 推算，A 假设。",
    ),
    "memo.assumed": (
        "Widest range first, one of a kind, since no stored study ranks them by effect; {n} are stated in all. S "
        "sourced, D derived, A assumed.",
        "尚无研究按影响排序，故按范围宽度排列，每类一项；共列明 {n} 项假设。S 有来源，D 推算，A 假设。",
    ),
    "memo.assumed_none": ("The scenario states no ranges.", "本情景未列明假设范围。"),
    "memo.column.assumption": ("assumption", "假设"),
    "memo.column.stated": ("stated", "取值"),
    "memo.column.range": ("range", "范围"),
    "memo.column.effect": ("saving at the ends, {currency}", "两端的节省（{currency}）"),
    "memo.column.source": ("source and mark", "来源与标记"),
    "memo.how": ("How it was confirmed", "如何复核"),
    "memo.same_claims": (
        "Both rules were simulated claim by claim on the same {n} years of claims, so that their difference is not "
        "luck of the draw. Every figure is a sum of ledger lines.",
        "两套规则在相同的 {n} 个模拟年度、同一批工单上逐单模拟，差额并非抽样偶然。所有数字均为台账明细之和。",
    ),
    "memo.changed": ("The scenario changes of its base: {changes}.", "本情景相对基准的改动：{changes}。"),
    "memo.limits": ("What is not modelled", "未建模内容"),
    "memo.limit.demand": (
        "Demand does not answer to the rule: a kinder warranty sells no more units here.",
        "需求不随规则变化：更宽松的保修在此不会带来更多销量。",
    ),
    "memo.limit.seller": (
        "One seller, single units: no kits that fail in part, no batches of business customers.",
        "单一卖家、单件商品：不含部分失效的套装，也不含企业客户的批量订单。",
    ),
    "memo.limit.prices": (
        "Prices, tariffs, exchange rates and law are as stated in the scenario; figures marked A are assumed.",
        "价格、关税、汇率与法规均以情景所列为准；标记为 A 的数字为假设。",
    ),
    "memo.limit.estimates": (
        "Expected costs (waiting, reviews, goodwill, opportunistic claims) are estimates.",
        "预期成本（等待、差评、商誉、投机索赔）为估计值。",
    ),
    "memo.limit.luck": (
        "Intervals tell of luck from year to year, not of wrong assumptions.",
        "区间仅反映年度间的随机波动，不反映假设错误。",
    ),
    "memo.checks": ("Checks", "校验"),
    "memo.passed": ("{passed} of {n} checks passed.", "{n} 项校验中 {passed} 项通过。"),
    "memo.check.ledger_now": (
        "Ledger lines by category add up to today's total",
        "台账各类别合计等于现行总成本",
    ),
    "memo.check.ledger_new": (
        "Ledger lines by category add up to the proposed total",
        "台账各类别合计等于提案总成本",
    ),
    "memo.check.cells": (
        "Savings by rule and what they share add up to the whole",
        "各规则节省与共同部分之和等于总节省",
    ),
    "memo.check.parts": ("Cash and expected add up to the whole", "现金与预期之和等于总节省"),
    "memo.check.decision": ("Simulated again, the saving is that of the decision", "再次模拟的节省等于决策所述"),
    "memo.check.complete": ("No simulated year broke", "无失败的模拟年度"),
    "memo.check.stored": ("Stored files are those that were written", "存储文件与写入时一致"),
    "memo.ok": ("OK", "通过"),
    "memo.not_ok": ("CHECK", "须核查"),
    "memo.column.check": ("check", "校验项"),
    "memo.column.first": ("one way", "方式一"),
    "memo.column.other": ("other way", "方式二"),
    "memo.column.result": ("result", "结果"),
    "memo.provenance": ("Where the figures come from", "数据来源"),
    "memo.fact.run": ("run", "运行"),
    "memo.fact.confirmed_by": ("simulated in", "模拟运行"),
    "memo.fact.scenario": ("scenario", "情景"),
    "memo.fact.digest": ("scenario digest", "情景摘要"),
    "memo.fact.model": ("model", "模型"),
    "memo.fact.seed": ("seed", "种子"),
    "memo.fact.replications": ("simulated years", "模拟年度"),
    "memo.fact.made": ("made", "生成时间"),
    "memo.fact.packages": ("versions", "版本"),
    "memo.sign": ("Sign-off", "签署"),
    "memo.sign.proposed": ("proposed by", "提出"),
    "memo.sign.approved": ("approved by", "批准"),
    "memo.sign.effective": ("put in force by", "生效"),
    "memo.sign.withdrawn": ("withdrawn by", "撤回"),
    "memo.sign.same": (
        "Proposed and approved by the same person: no second pair of eyes.",
        "提出人与批准人为同一人：未经第二人复核。",
    ),
    "memo.column.role": ("step", "步骤"),
    "memo.column.name": ("name", "姓名"),
    "memo.column.day": ("date", "日期"),
    "memo.column.note": ("note", "备注"),
}
"""Every text by key."""

"""Headings and lines of the decision report. Each is (English, Chinese)."""

from __future__ import annotations

DECISION_PHRASES = {
    "decision.title": ("{title}: which warranty claims go where", "{title}：保修工单如何处置"),
    "decision.basis": (
        "Confirmed on {replications} fresh years of {days} days that neither taught nor chose the rules, seed {seed}. "
        "Intervals of {level}. Money in {currency}; costs and savings are positive.",
        "用 {replications} 次未参与学习与选择的全新模拟（每次 {days} 天）复核，种子 {seed}。区间为 {level}。"
        "金额单位 {currency}；成本与节省均为正数。",
    ),
    "decision.saves": (
        "The recommended rules save {currency} {saving} {period} ({low} to {high}) against {now}: {share} of its "
        "{currency} {cost_now}. Of the saving {cash} is cash and stock, {expected} expected costs.",
        "与{now}相比，建议规则{period}节省 {currency} {saving}（{low} 至 {high}），"
        "占其 {currency} {cost_now} 的 {share}。"
        "其中现金与库存 {cash}，预期成本 {expected}。",
    ),
    "decision.unsure": (
        "No rules were found that detectably beat {now}: the best ones differ by {currency} {saving} {period} "
        "({low} to {high}). Keep {now}; it would take about {n} fresh years to tell them apart.",
        "未找到可检测地优于{now}的规则：最优者{period}差额 {currency} {saving}（{low} 至 {high}）。维持{now}；"
        "约需 {n} 次全新模拟才能分辨。",
    ),
    "decision.worse": (
        "The rules that looked best while choosing cost {currency} {saving} more {period} on fresh years ({low} to "
        "{high}). Keep {now}.",
        "选择时看似最优的规则在全新模拟中{period}多花 {currency} {saving}（{low} 至 {high}）。维持{now}。",
    ),
    "decision.keep": (
        "Keep {now}: of {n} rules simulated none costs less. It costs {currency} {cost_now} {period}.",
        "维持{now}：模拟过的 {n} 套规则中没有更省的。其{period}成本为 {currency} {cost_now}。",
    ),
    "decision.acts": (
        "{acts} of {cells} cells are worth changing (ACT); they make up {currency} {saving} of it.",
        "{cells} 个单元中有 {acts} 个值得变更（执行），合计 {currency} {saving}。",
    ),
    "decision.top": ("WHAT TO CHANGE FIRST", "优先变更"),
    "decision.rules": ("THE RULES", "规则表"),
    "decision.legend": (
        "Cut-points are the refund due, in the market's currency; in brackets the order price an agent sees. Now and "
        "new: cost a claim, cash and expected together. * learned from fewer than {few} claims.",
        "阈值为市场货币的应退净额，方括号内为客服看到的订单价。现与新：每单成本，现金与预期合计。"
        "* 学习样本少于 {few} 件工单。",
    ),
    "decision.details": ("BEHIND THE RULES THAT CHANGE", "变更规则的依据"),
    "decision.checks": ("WHAT IT RESTS ON", "可靠性"),
    "decision.predicted": (
        "Saving predicted by the optimizer, without queues: {predicted}; on the years that chose: {selected}; on fresh "
        "years: {confirmed}. Only the last one counts.",
        "优化器预测的节省（不计排队）：{predicted}；用于选择的模拟：{selected}；全新模拟：{confirmed}。以最后一项为准。",
    ),
    "decision.rounded": (
        "Agents get cut-points rounded to {step} units of currency; that costs {currency} {cost} {period} ({low} to "
        "{high}).",
        "客服使用的阈值取整到 {step} 个货币单位，{period}代价 {currency} {cost}（{low} 至 {high}）。",
    ),
    "decision.order": (
        "Holding to the order refund, reship, repair, China costs at most {currency} {cost} {period} against free "
        "order, most of it in {cell}.",
        "坚持“仅退款、补发、维修、返厂”的顺序，与自由顺序相比{period}最多多花 {currency} {cost}，主要在 {cell}。",
    ),
    "decision.order_free": (
        "Holding to the order refund, reship, repair, China costs nothing here.",
        "坚持“仅退款、补发、维修、返厂”的顺序在此没有代价。",
    ),
    "decision.cash_only": (
        "Rules that look at cash alone would save another {currency} {cash} of cash {period} and cost {full} more in "
        "all, customers' waiting included (by the optimizer).",
        "只看现金的规则{period}可再省现金 {currency} {cash}，但计入客户等待后总成本多 {full}（优化器估计）。",
    ),
    "decision.solver": (
        "Optimizer: {status}, gap {gap}.",
        "优化器：{status}，间隙 {gap}。",
    ),
    "decision.clock": (
        "A time limit may have stopped the optimizer: another machine may find other rules.",
        "优化器可能因时间限制而停止：在其他机器上结果可能不同。",
    ),
    "status.optimal": ("proven best within the gap asked for", "已证明在要求的间隙内最优"),
    "status.gap": ("stopped before the gap asked for was proven", "在达到要求的间隙前停止"),
    "status.not needed": ("today's rule won", "现行规则胜出"),
    "decision.tried": (
        "Rules simulated while choosing, {currency} {period}:",
        "选择过程中模拟过的规则，{period} {currency}：",
    ),
    "decision.scarce": (
        "What one more of what is scarce would save, {currency} {period}:",
        "稀缺资源再多一单位可节省，{period} {currency}：",
    ),
    "decision.hour": ("bench hour of {bench} in {month}", "{bench} {month} 的工时"),
    "measure.refunds": ("refund budget", "退款预算"),
    "measure.days": ("claim-day of waiting allowed", "允许的等待工单天"),
    "measure.disputes": ("dispute allowed", "允许的争议"),
    "decision.time": ("WHERE THE TIME WENT", "耗时"),
    "decision.seconds": ("{total} s in all: {parts}", "共 {total} 秒：{parts}"),
    "decision.part": ("{stage} {seconds} s", "{stage} {seconds} 秒"),
    "stage.learn": ("learning what each claim costs each way", "学习每张工单各种处置的成本"),
    "stage.solve": ("solving", "求解"),
    "stage.confirm": ("confirming on fresh years", "用全新模拟复核"),
    "stage.report": ("reporting", "生成报告"),
    "stage.refine": ("refining cut-points", "细化阈值"),
    "stage.load": ("reading", "读取"),
    "tried.today": ("today's rule", "现行规则"),
    "tried.free choice": ("free choice", "自由选择"),
    "tried.no return to China": ("nothing to China", "不返厂"),
    "tried.all to China": ("everything to China", "全部返厂"),
    "tried.no repair contract": ("no repair contract", "不签维修合同"),
    "tried.only": ("repair only by {partner}", "仅由 {partner} 维修"),
    "tried.round": ("round {n}", "第 {n} 轮"),
    "policy.title": ("Recommended rules", "建议规则"),
    "policy.why": (
        "Decided for {scenario} against {now}: saves {currency} {saving} {period} ({low} to {high}), confirmed on "
        "{replications} fresh years.",
        "为 {scenario} 相对 {now} 所作决定：{period}节省 {currency} {saving}（{low} 至 {high}），经 {replications} 次"
        "全新模拟复核。",
    ),
    "message.no_decision": ("no decision: {reason}", "没有决定：{reason}"),
    "message.broken": (
        "a replication failed, and a decision cannot rest on the others alone: {reason}",
        "有重复失败，决定不能只依赖其余重复：{reason}",
    ),
}
"""Every phrase by key."""

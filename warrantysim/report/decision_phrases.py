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
        "{changes} changes are taken up, {rules} of {cells} rules; by their own bills they save {currency} "
        "{saving}, and "
        "{shared} belongs to none of them (contracts, stock, bills of others).",
        "采纳 {changes} 项变更，涉及 {cells} 条规则中的 {rules} 条；按各自账单合计节省 {currency} {saving}，另有 "
        "{shared} "
        "不属于任何一项（合同、库存、其他单元账单）。",
    ),
    "decision.also": ("Ticked by hand beside what is recommended: {names}.", "在建议之外人工勾选：{names}。"),
    "decision.without": ("Recommended, but unticked by hand: {names}.", "属于建议但被人工取消：{names}。"),
    "decision.service": (
        "Half of all customers are done within {p50} days instead of {p50_now}, nine in ten within {p90} instead of "
        "{p90_now}.",
        "全部客户中半数由 {p50_now} 天变为 {p50} 天内解决，九成由 {p90_now} 天变为 {p90} 天内解决。",
    ),
    "decision.robust": (
        "With everything assumed drawn together {draws} times it saves in {share} of the draws ({level}: {low} to "
        "{high}).",
        "对全部假设联合抽样 {draws} 次，其中 {share} 仍节省（{level}：{low} 至 {high}）。",
    ),
    "decision.free": (
        "The free optimum, exact cut-points everywhere, would save {currency} {more} more {period} ({low} to "
        "{high}); it "
        "is not recommended, because {n} of its changes are small, unsure, losing, slow, or rest on what is assumed.",
        "自由最优（处处精确阈值）{period}可多节省 {currency} {more}（{low} 至 {high}）；不予建议，因其中 {n} 项变更"
        "金额小、"
        "不确定、亏损、过慢或取决于假设。",
    ),
    "decision.one_change": (
        "{name} is one change of the cells {cells}: it saves {currency} {saving} {period}.",
        "{name} 为一项变更，含单元 {cells}：{period}节省 {currency} {saving}。",
    ),
    "decision.kept": ("LEFT AS THEY ARE", "维持不变"),
    "decision.kept_legend": (
        "These cells keep today's rule, in the files too; beside it what the optimum would do and save. `--also CELL` "
        "takes one up, `--without CHANGE` leaves one out, `--only CHANGE,CHANGE` takes these alone. HOLD: assumed "
        "means "
        "that it saves in less than {share} of the draws.",
        "这些单元维持现行规则，导出文件亦然；旁边列出最优方案的做法与节省。`--also 单元` 追加一项，`--without 变更"
        "` 去掉一项，"
        "`--only 变更,变更` 只采纳所列。“暂缓：取决于假设”表示抽样中节省的比例低于 {share}。",
    ),
    "decision.kept_slow": (
        "HOLD: longer waits means that nine in ten of its customers would wait more than {most} days longer: somebody "
        "has to tick it.",
        "“暂缓：等待更久”表示其九成客户的等待将延长超过 {most} 天，须由人勾选。",
    ),
    "parts.sentence": ("In parts: {parts}.", "其中：{parts}。"),
    "parts.each": ("{part} {saving} ({interval})", "{part} {saving}（{interval}）"),
    "decision.parts": ("WHERE THE SAVING COMES FROM", "节省的构成"),
    "decision.parts_legend": (
        "Sums of ledger lines by the part their cost is in; parts add up to the saving in every row. Customers who "
        "give up are charged what their claim costs when they go on, so that nobody's giving up is a saving.",
        "按费用所属部分汇总的台账明细；每行各部分之和等于节省。客户放弃的工单按其继续办理的成本计入，因此放弃不算节省。",
    ),
    "decision.parts_interval": ("interval", "区间"),
    "decision.top": ("WHAT TO CHANGE FIRST", "优先变更"),
    "decision.rules": ("THE RULES", "规则表"),
    "decision.verdicts": (
        "ACT: on the years that judged the saving is certain, at least {currency} {floor} {period} and stands up "
        "over what is assumed; "
        "these and "
        "no other rules change. HOLD: certain, but it lacks one of these. Loss: it surely costs more. No "
        "difference: luck "
        "explains it.",
        "执行：评判所用模拟年上节省确定、{period}不低于 {currency} {floor}，且在假设范围内成立；只有这些规则变更。"
        "暂缓：确定但缺其一。"
        "损失：确定多花。无差异：可由随机性解释。",
    ),
    "decision.legend": (
        "A zone a line, by refund due in the market's currency, in brackets the order price an agent sees; or by order "
        "price and age of the order. Rules and savings are those of the exported files, at round figures ({step} "
        "units of "
        "currency). * learned from fewer than {few} claims. ACT with the others: the cell's own saving holds its "
        "part of "
        "shared bills and does not show it, but all together would cost more without its change.",
        "每行一个区间，按市场货币的应退净额划分，方括号内为客服看到的订单价；或按订单价与订单签收天数划分。规则与节"
        "省额即导出文件"
        "所载，取整到 {step} 个货币单位。* 学习样本少于 {few} 件工单。随整体执行：本单元的节省额含其分摊的共用账单"
        "，看不出效果，"
        "但若不随之变更，整体花费更多。",
    ),
    "decision.details_legend": (
        "Best cut-point, unrounded, and in brackets the range in which moving it costs less than 1 % of the cell's "
        "cost; refund due in the market's currency.",
        "未取整的最优阈值，方括号内为移动代价低于该单元成本 1 % 的范围；市场货币的应退净额。",
    ),
    "decision.details": ("BEHIND THE RULES THAT CHANGE", "变更规则的依据"),
    "decision.checks": ("WHAT IT RESTS ON", "可靠性"),
    "decision.predicted": (
        "Saving predicted by the optimizer, without queues: {predicted}; on the years that judged: {selected}; on "
        "fresh "
        "years: {confirmed}. Only the last one counts.",
        "优化器预测的节省（不计排队）：{predicted}；用于评判的模拟：{selected}；全新模拟：{confirmed}。以最后一项为"
        "准。",
    ),
    "decision.rounded": (
        "Rules that can be carried out, at round order prices ({step} units of currency) and ages of the order, cost "
        "{currency} {cost} {period} ({low} to {high}) against exact ones, with every change made.",
        "全部变更下，可执行的规则（订单价取整到 {step} 个货币单位，按订单签收天数分档）比精确规则{period}多花 "
        "{currency} {cost}"
        "（{low} 至 {high}）。",
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
        "Rules chosen for cash alone, on the same fresh years: {cash} in cash ({cash_low} to {cash_high}) and {full} "
        "in all ({full_low} to {full_high}) against the recommendation, {currency} {period}; minus is cheaper. They "
        "also make changes that are held back here.",
        "只按现金选择的规则在同一批全新模拟中与建议规则相比，{period} {currency}：现金 {cash}（{cash_low} 至 "
        "{cash_high}），总成本 {full}（{full_low} 至 {full_high}）；负数表示更省。",
    ),
    "decision.cash_same": (
        "Rules chosen for cash alone are the same rules.",
        "只按现金选择得到的规则与建议相同。",
    ),
    "decision.years": (
        "{learned} years taught, {chosen} others chose among {n} sets of rules, {judged} told which changes are worth "
        "it, {confirmed} fresh ones confirmed; no year was used twice.",
        "{learned} 次模拟用于学习，另 {chosen} 次用于在 {n} 套规则中选择，{judged} 次用于评判哪些变更值得，"
        "{confirmed} 次全新模拟用于复核；"
        "没有一次被重复使用。",
    ),
    "decision.solver": (
        "Optimizer: {status}, gap {gap}.",
        "优化器：{status}，间隙 {gap}。",
    ),
    "decision.clock": (
        "Its time limit stopped it: another machine may find other rules. A node limit in its place stops at the same "
        "point everywhere.",
        "优化器因时间限制而停止：在其他机器上结果可能不同。改用节点上限则处处停在同一点。",
    ),
    "decision.nodes": (
        "Its node limit stopped it, at the same point on every machine.",
        "优化器因节点上限而停止，在任何机器上都停在同一点。",
    ),
    "status.optimal": ("proven best within the gap asked for", "已证明在要求的间隙内最优"),
    "status.gap": ("stopped before the gap asked for was proven", "在达到要求的间隙前停止"),
    "status.not needed": ("today's rule won", "现行规则胜出"),
    "decision.tried": (
        "Rules simulated while choosing, {currency} {period}:",
        "选择过程中模拟过的规则，{period} {currency}：",
    ),
    "decision.scarce": ("What is scarce:", "稀缺资源："),
    "scarce.nothing": (
        "No bench, budget or limit holds the rules back: one more of any of them is worth nothing.",
        "没有任何工位、预算或上限制约规则：增加任何一项都不带来节省。",
    ),
    "scarce.hours": (
        "One more bench hour at {bench} in {month} is worth {currency} {price}.",
        "{bench} 在 {month} 多一个工时值 {currency} {price}。",
    ),
    "scarce.refunds": (
        "One more {currency} of refund budget {period} is worth {currency} {price}.",
        "{period}退款预算每增加 1 {currency} 值 {currency} {price}。",
    ),
    "scarce.days": (
        "One more day of waiting allowed to one claim is worth {currency} {price}.",
        "允许一件工单多等一天值 {currency} {price}。",
    ),
    "scarce.disputes": (
        "One more dispute allowed {period} is worth {currency} {price}.",
        "{period}允许多一起争议值 {currency} {price}。",
    ),
    "scarce.minimum": (
        "{partner}: its monthly minimum is not reached in {n} months ({months}); more work costs nothing there until "
        "it is.",
        "{partner}：有 {n} 个月未达到最低月费（{months}）；达到之前增加工单不再增加费用。",
    ),
    "scarce.minimum.one": (
        "{partner}: its monthly minimum is not reached in {months}; more work costs nothing there until it is.",
        "{partner}：{months} 未达到最低月费；达到之前增加工单不再增加费用。",
    ),
    "scarce.more": ("{n} more limits bind; `--out` lists them.", "另有 {n} 项上限起作用；`--out` 可列出。"),
    "scarce.more.one": ("1 more limit binds; `--out` lists it.", "另有 1 项上限起作用；`--out` 可列出。"),
    "bind.and": ("; ", "；"),
    "bind.share": ("{bound} ({share} of claims)", "{bound}（{share} 的工单）"),
    "bind.law": ("law ({article}): no {what}", "法规（{article}）：不得{what}"),
    "bind.law_days": (
        "law ({article}): {what} takes too long, a replacement leaves at once",
        "法规（{article}）：{what}耗时过长，须立即补发",
    ),
    "bind.power_bank": ("safety: no power bank to China", "安全：充电宝不得返厂"),
    "bind.battery": (
        "safety: hot, swollen or damaged batteries do not go {what} without special packing",
        "安全：发热、鼓包或破损的电池无特殊包装不得{what}",
    ),
    "bind.hours": ("bench hours of {what} in {months}", "{what} {months} 的工时"),
    "bind.refunds": ("refund budget", "退款预算"),
    "bind.days": ("longest mean wait", "平均时长上限"),
    "bind.disputes": ("highest share of disputes", "争议率上限"),
    "bind.minimum": ("monthly minimum of {what}, {n} months short", "{what} 最低月费，{n} 个月未达到"),
    "bind.minimum.one": ("monthly minimum of {what}, one month short", "{what} 最低月费，一个月未达到"),
    "bind.contract": ("charges and discounts of {what}", "{what} 的固定费与折扣"),
    "bind.order": ("order of zones", "区间顺序"),
    "decision.time": ("WHERE THE TIME WENT", "耗时"),
    "decision.seconds": ("{total} s in all: {parts}", "共 {total} 秒：{parts}"),
    "decision.memory": ("Peak memory at most {memory} MB.", "峰值内存不超过 {memory} MB。"),
    "decision.part": ("{stage} {seconds} s", "{stage} {seconds} 秒"),
    "stage.learn": ("learning what each claim costs each way", "学习每张工单各种处置的成本"),
    "stage.solve": ("solving", "求解"),
    "stage.weigh": ("weighing which changes are worth it", "评判哪些变更值得"),
    "stage.draw": ("drawing what is assumed", "对假设抽样"),
    "stage.confirm": ("confirming on fresh years", "用全新模拟复核"),
    "stage.report": ("reporting", "生成报告"),
    "stage.refine": ("refining cut-points", "细化阈值"),
    "stage.load": ("reading", "读取"),
    "tried.neighbours": ("neighbours of the best, simulated", "最优方案的邻近方案（模拟）"),
    "tried.today": ("today's rule", "现行规则"),
    "tried.free choice": ("free choice", "自由选择"),
    "tried.no return to China": ("nothing to China", "不返厂"),
    "tried.all to China": ("everything to China", "全部返厂"),
    "tried.no repair contract": ("no repair contract", "不签维修合同"),
    "tried.only": ("repair only by {partner}", "仅由 {partner} 维修"),
    "tried.round": ("round {n}", "第 {n} 轮"),
    "policy.title": ("Recommended rules", "建议规则"),
    "policy.title_ticked": ("Recommended rules, as ticked", "建议规则（按勾选）"),
    "policy.title_hand": ("Rules set by hand", "手工设定的规则"),
    "policy.why_hand": ("Set by hand, from recommended rules. {why}", "在建议规则基础上手工调整。{why}"),
    "policy.why": (
        "Decided for {scenario} against {now}: saves {currency} {saving} {period} ({low} to {high}), confirmed on "
        "{replications} fresh years.",
        "为 {scenario} 相对 {now} 所作决定：{period}节省 {currency} {saving}（{low} 至 {high}），经 {replications} 次"
        "全新模拟复核。",
    ),
    "message.no_change": ("the decision has no change {name!r}", "决策中没有名为 {name!r} 的变更"),
    "message.near_change": ("; did you mean {near!r}?", "；是否指 {near!r}？"),
    "message.no_decision": ("no decision: {reason}", "没有决定：{reason}"),
    "message.broken": (
        "a replication failed, and a decision cannot rest on the others alone: {reason}",
        "有重复失败，决定不能只依赖其余重复：{reason}",
    ),
}
"""Every phrase by key."""

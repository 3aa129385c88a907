"""Rules and verdicts in words a finance person can repeat. Each is (English, Chinese)."""

from __future__ import annotations

RULE_SENTENCES = {
    "do.refund": ("refund", "仅退款"),
    "do.reship": ("reship", "补发"),
    "do.repair_local": ("repair at {partner}", "由 {partner} 维修"),
    "do.test_and_swap": ("test and swap at {partner}", "由 {partner} 检测换货"),
    "do.return_china": ("return to China {partner}", "{partner}返厂维修"),
    "lines.told": (
        "Rules for agents: {n} lines, of which the first that matches a claim holds.",
        "客服规则共 {n} 行，自上而下第一条匹配者生效。",
    ),
    "lines.aged": (
        "Rules for agents: {n} lines, of which the first that matches a claim holds. {aged} of them state an age of "
        "the order because their rule is by refund due, which falls as an order ages; by order price it would take one "
        "line for each cut-point.",
        "客服规则共 {n} 行，自上而下第一条匹配者生效。其中 {aged} 行写明签收天数：其规则按应退金额设定，而应退金额随"
        "签收天数递减；若改按订单价设定，每个阈值只需一行。",
    ),
    "line.title": ("{whom}: {act}", "{whom}：{act}"),
    "line.ages": ("order {first} to {last} days old", "订单签收满 {first} 天、不满 {last} 天"),
    "line.younger": ("order less than {last} days old", "订单签收不满 {last} 天"),
    "line.older": ("order {first} days old or more", "订单签收满 {first} 天起"),
    "line.prices": ("order price {currency} {low} to below {high}", "订单价 {currency} {low} 起、低于 {high}"),
    "line.cheaper": ("order price below {currency} {high}", "订单价低于 {currency} {high}"),
    "line.dearer": ("order price from {currency} {low}", "订单价 {currency} {low} 起"),
    "line.other_products": ("other products", "其他产品"),
    "line.other_markets": ("other markets", "其他市场"),
    "line.else": ("everything else", "其余全部"),
    "line.otherwise": ("otherwise", "其余情况"),
    "line.category": ("{category} ({products})", "{category}（{products}）"),
    "line.products": ("{n} products", "{n} 款产品"),
    "rule.always": ("always {do}", "一律{do}"),
    "rule.below": ("{do} below {cut}", "{cut} 以下{do}"),
    "rule.above": ("{do} above", "以上{do}"),
    "rule.from": ("{do} from {cut}", "{cut} 起{do}"),
    "rule.and": (", ", "，"),
    "rule.beyond": ("{rule} (out of range: {others})", "{rule}（区间外：{others}）"),
    "rule.cut": ("{currency} {value}", "{currency} {value}"),
    "rule.cut_price": ("order price {currency} {value}", "订单价 {currency} {value}"),
    "rule.at_age": ("{age}: {rule}", "{age}：{rule}"),
    "rule.then": ("; ", "；"),
    "rule.cut_seen": ("{currency} {value} [{price}]", "{currency} {value} [{price}]"),
    "rule.cut_priced": ("{currency} {value} [order price {price}]", "{currency} {value} [订单价 {price}]"),
    "rule.line": ("{do} < {cut}", "{do} < {cut}"),
    "rule.unreached": ("({zone}: no claims)", "（{zone}：无工单）"),
}

VERDICT_SENTENCES = {
    "verdict.ACT": ("ACT", "执行"),
    "verdict.HOLD": ("HOLD", "暂缓"),
    "verdict.LOSS": ("loss", "损失"),
    "verdict.NO DIFFERENCE": ("no difference", "无差异"),
    "verdict.whole": ("ACT with the others", "随整体执行"),
    "verdict.together": ("ACT together", "共同执行"),
    "verdict.group": ("ACT as one", "合并执行"),
    "verdict.contract": ("HOLD: shared bill", "暂缓：共用账单"),
    "verdict.fragile": ("HOLD: assumed", "暂缓：取决于假设"),
    "verdict.slow": ("HOLD: longer waits", "暂缓：等待更久"),
    "verdict.taken": ("ticked by hand", "人工勾选"),
    "verdict.left": ("unticked by hand", "人工取消"),
    "verdict.same": ("same rule", "规则不变"),
    "because.act": ("certain and material", "确定且值得"),
    "because.whole": ("the others need it", "其他单元需要"),
    "because.together": ("worth it together", "合并后值得"),
    "because.group": ("small each, worth it as one", "单项小额，合并值得"),
    "because.small": ("certain, but small", "确定但小额"),
    "because.whole_small": ("certain, but small", "确定但小额"),
    "because.loss": ("a loss", "损失"),
    "because.contract": ("its shared bill does not pay", "共用账单不划算"),
    "because.unsure": ("no detectable difference", "无可检测差异"),
    "because.whole_unsure": ("no detectable difference", "无可检测差异"),
    "because.fragile": ("rests on what is assumed", "取决于假设"),
    "because.slow": ("customers wait much longer", "客户等待久得多"),
    "because.idle": ("sends no claim another way", "不改变任何工单"),
    "because.same": ("same rule", "规则不变"),
    "cell.everything": ("All claims", "全部工单"),
    "cell.age": ("{band} days old", "机龄 {band} 天"),
    "cell.act": (
        "{cell}: {new}, instead of {now}. That saves {currency} {saving} {period} ({low} to {high}); "
        "{changing} of {claims} claims go another way.",
        "{cell}：{new}，取代“{now}”。{period}节省 {currency} {saving}（{low} 至 {high}）；"
        "{claims} 件工单中有 {changing} 件改变处理方式。",
    ),
    "cell.small": (
        "{cell}: keep the rule for now ({now}). {new} would save only {currency} {saving} {period} ({low} to {high}), "
        "less than the {currency} {floor} a change is worth.",
        "{cell}：暂时维持现行规则（{now}）。改为“{new}”，{period}仅节省 {currency} {saving}（{low} 至 {high}），"
        "低于值得变更的 {currency} {floor}。",
    ),
    "cell.loss": (
        "{cell}: keep the rule ({now}). {new} would cost {currency} {saving} more {period} here ({low} to {high}).",
        "{cell}：维持现行规则（{now}）。改为“{new}”，此处{period}多花 {currency} {saving}（{low} 至 {high}）。",
    ),
    "cell.contract": (
        "{cell}: keep the rule ({now}). {new} would save {currency} {saving} {period} by the cell's own bills "
        "({low} to "
        "{high}), but what it would share with other cells does not pay.",
        "{cell}：维持现行规则（{now}）。改为“{new}”，按本单元账单{period}节省 {currency} {saving}（{low} 至 {high}），"
        "但与其他单元共用的合同或线路并不划算。",
    ),
    "cell.fragile": (
        "{cell}: keep the rule for now ({now}). {new} would save {currency} {saving} {period} as stated ({low} to "
        "{high}), but not surely over what is assumed.",
        "{cell}：暂时维持现行规则（{now}）。改为“{new}”，按现有数据{period}节省 {currency} {saving}（{low} 至 "
        "{high}），"
        "但在假设范围内并不可靠。",
    ),
    "cell.slow": (
        "{cell}: keep the rule unless somebody ticks it ({now}). {new} would save {currency} {saving} {period} "
        "({low} to "
        "{high}), but nine in ten customers would wait more than {most} days longer.",
        "{cell}：除非有人勾选，否则维持现行规则（{now}）。改为“{new}”，{period}节省 {currency} {saving}（{low} 至 "
        "{high}），但九成客户的等待将延长超过 {most} 天。",
    ),
    "cell.taken": (
        "{cell}: {new}, instead of {now}, ticked by hand. That saves {currency} {saving} {period} ({low} to {high}); "
        "{changing} of {claims} claims go another way.",
        "{cell}：{new}，取代“{now}”（人工勾选）。{period}节省 {currency} {saving}（{low} 至 {high}）；"
        "{claims} 件工单中有 {changing} 件改变处理方式。",
    ),
    "cell.left": (
        "{cell}: the rule stays ({now}), unticked by hand. {new} would save {currency} {saving} {period} ({low} to "
        "{high}).",
        "{cell}：维持现行规则（{now}），人工取消勾选。改为“{new}”，{period}可节省 {currency} {saving}（{low} 至 "
        "{high}）。",
    ),
    "cell.together": (
        "{cell}: {new}, instead of {now}, together with the other cells of {change}. That saves {currency} {saving} "
        "{period} here ({low} to {high}); {changing} of {claims} claims go another way.",
        "{cell}：{new}，取代“{now}”，与 {change} 的其他单元一并执行。此处{period}节省 {currency} {saving}（{low} 至 "
        "{high}）；{claims} 件工单中有 {changing} 件改变处理方式。",
    ),
    "cell.group": (
        "{cell}: {new}, instead of {now}, as part of one change ({change}). That saves {currency} {saving} "
        "{period} here "
        "({low} to {high}); {changing} of {claims} claims go another way.",
        "{cell}：{new}，取代“{now}”，属于同一项变更（{change}）。此处{period}节省 {currency} {saving}（{low} 至 "
        "{high}）；"
        "{claims} 件工单中有 {changing} 件改变处理方式。",
    ),
    "cell.robust": (
        "It saves in {share} of {draws} draws of everything assumed ({level}: {low} to {high}).",
        "对全部假设联合抽样 {draws} 次，其中 {share} 仍节省（{level}：{low} 至 {high}）。",
    ),
    "cell.flips": ("{input} would turn it at about {at}.", "{input} 约为 {at} 时不再节省。"),
    "cell.whole": (
        "{cell}: {new}, instead of {now}. By its part of bills it shares, the cell itself shows {currency} {own} "
        "{period}; with today's rule here all together would cost {currency} {whole} more {period} ({whole_low} to "
        "{whole_high}). {changing} of {claims} claims go another way.",
        "{cell}：{new}，取代“{now}”。按分摊的账单，本单元自身{period}为 {currency} {own}；若此处维持现行规则，"
        "整体{period}将多花 {currency} {whole}（{whole_low} 至 {whole_high}）。"
        "{claims} 件工单中有 {changing} 件改变处理方式。",
    ),
    "cell.whole_small": (
        "{cell}: keep the rule for now ({now}). {new} would save all cells together only {currency} {whole} {period} "
        "({whole_low} to {whole_high}), less than the {currency} {floor} a change is worth.",
        "{cell}：暂时维持现行规则（{now}）。改为{new}，整体{period}仅节省 {currency} {whole}（{whole_low} 至 "
        "{whole_high}），低于值得变更的 {currency} {floor}。",
    ),
    "cell.whole_unsure": (
        "{cell}: keep the rule ({now}). For all cells together {new} makes no detectable difference ({currency} "
        "{whole_low} to {whole_high} {period}). By its part of bills it shares, the cell shows {currency} {own}.",
        "{cell}：维持现行规则（{now}）。改为{new}对整体无可检测差异"
        "（{period} {currency} {whole_low} 至 {whole_high}）；按分摊的账单，本单元自身为 {currency} {own}。",
    ),
    "cell.idle": (
        "{cell}: keep the rule: {now}. {new} would send no claim another way.",
        "{cell}：维持现行规则：{now}。改为{new}不会改变任何工单的处理方式。",
    ),
    "cell.held": ("Held by: {bounds}.", "受限于：{bounds}。"),
    "cell.unsure": (
        "{cell}: no detectable difference between {now} and {new}; keep the rule. It would take about {n} replications "
        "to tell them apart.",
        "{cell}：{now}与{new}无可检测差异，维持现行规则。约需 {n} 次重复才能分辨。",
    ),
    "cell.same": ("{cell}: keep the rule: {now}.", "{cell}：维持现行规则：{now}。"),
    "cell.days": (
        "Nine in ten customers are done within {new} days instead of {now}.",
        "九成客户的解决时间由 {now} 天变为 {new} 天。",
    ),
    "cell.few": (
        "Rests on few claims.",
        "样本工单较少。",
    ),
}

SENTENCES = {**RULE_SENTENCES, **VERDICT_SENTENCES}
"""Every sentence by key."""

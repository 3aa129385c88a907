"""Texts of the page of quotes: what to sign, terms, good units, bills, negotiation."""

from __future__ import annotations

TEXTS = {
    "quotes.title": ("Which repair quotes to sign", "应签约哪些维修报价"),
    "quotes.empty": (
        "There is no scenario here yet. This page compares the repair quotes of a scenario: which to sign, how sure "
        "that "
        "is, what a good unit costs, and at which price each loser would win. Keep a scenario on the page Scenarios "
        "first.",
        "此处还没有情景。本页对比情景中的维修报价：应签哪家、把握有多大、单位良品成本，以及未入选报价降到多少可入选。"
        "请先在“情景”页保存一个情景。",
    ),
    "quotes.of": ("Study, or scenario whose quotes are shown", "报价研究，或要查看其报价的情景"),
    "quotes.of_scenario": ("{title} · {ref} · not studied yet", "{title} · {ref} · 尚未研究"),
    "quotes.part": ("Part of the page", "页面内容"),
    "quotes.part_answer": ("Answer", "结论"),
    "quotes.part_terms": ("Terms", "条款"),
    "quotes.part_units": ("Good units", "单位良品"),
    "quotes.part_bills": ("Bills", "账单"),
    "quotes.part_deal": ("Negotiate", "谈判"),
    "quotes.part_flips": ("What would flip it", "何时改变结论"),
    "quotes.part_add": ("Add a quote", "新增报价"),
    "quotes.none": ("no quote", "不签任何报价"),
    "quotes.damaged": (
        "This run cannot be read: {message}. The others are not affected.",
        "该运行无法读取：{message}。其他运行不受影响。",
    ),
    "quotes.unreadable": ("This scenario has problems: {message}", "该情景有问题：{message}"),
    "quotes.gone": ("There is no study or scenario {id} in this workspace.", "本工作区没有研究或情景 {id}。"),
    "quotes.no_quotes": (
        "This scenario has no partner that repairs, so there is nothing to compare yet. Add a quote.",
        "该情景没有任何维修服务商，暂无可比报价。请新增报价。",
    ),
    "quotes.not_studied": ("{n} quotes are on the table and were not studied yet.", "有 {n} 份报价，尚未研究。"),
    "quotes.not_studied.one": ("One quote is on the table and was not studied yet.", "有 1 份报价，尚未研究。"),
    "quotes.will_say": (
        "A study decides the rules anew for every set of quotes, simulates each on the same luck, and says which to "
        "sign, "
        "how sure that is, what each is worth, what each contract would have billed, and at which price each loser "
        "would "
        "win. It takes some minutes and can be left alone.",
        "研究会对每种报价组合重新优化规则，在相同随机性下逐一模拟，并给出应签哪家、把握多大、各自价值、逐月账单，"
        "以及未入选报价的入选价格。约需数分钟，期间可离开本页。",
    ),
    "quotes.which": ("Quotes to choose among", "参与比较的报价"),
    "quotes.all": ("all of them", "全部"),
    "quotes.which_help": (
        "Partners that are not chosen stay available in every set. With more than three quotes not every set is looked "
        "at: none, each alone, all but each, and all.",
        "未选中的服务商在每种组合中都可用。超过三份报价时只比较：都不签、单签一家、缺一家、全签。",
    ),
    "quotes.years": ("Years simulated for each set", "每种组合的模拟年数"),
    "quotes.years_help": (
        "All sets meet the same years. The study goes on to five times as many where the guarantee needs it.",
        "所有组合面对相同的年份。若保证需要，研究最多会增加到五倍。",
    ),
    "quotes.within": ("Guarantee: best, or within, {currency} a year", "保证：最优或相差不超过（每年 {currency}）"),
    "quotes.within_help": (
        "A difference not worth knowing about. The smaller, the more years it takes.",
        "不值得区分的差额。越小，所需模拟年数越多。",
    ),
    "quotes.run": ("Study these quotes", "研究这些报价"),
    "quotes.again": ("Study again, with other quotes, years or guarantee", "换用其他报价、年数或保证重新研究"),
    "quotes.label": ("{scenario}: {n} quotes", "{scenario}：{n} 份报价"),
    "quotes.label.one": ("{scenario}: 1 quote", "{scenario}：1 份报价"),
    "quotes.card_sign": ("Sign", "签约"),
    "quotes.card_of": ("of {n} quotes", "共 {n} 份报价"),
    "quotes.card_of.one": ("the only quote", "唯一报价"),
    "quotes.card_saving": ("Saves a year", "每年节省"),
    "quotes.card_cost": ("Cost a year", "年成本"),
    "quotes.card_range": ("{level}: {low} to {high}", "{level}：{low} 至 {high}"),
    "quotes.card_sure": ("Guarantee", "保证"),
    "quotes.card_unsure": ("none yet", "暂无"),
    "quotes.card_within": ("best, or within {currency} {within}", "最优或相差 {currency} {within} 以内"),
    "quotes.sets": ("Every set of quotes, on the same luck", "各报价组合（相同随机性）"),
    "quotes.sets_note": (
        "A set may leave quotes unsigned, so a further quote never makes it worse; sets that end in the same rules are "
        "one point above. Saving: against signing no quote; a saving is positive.",
        "组合可以不签其中的报价，因此多一份报价不会变差；得出相同规则的组合在上图中为同一点。节省为相对不签任何报价，"
        "正数表示节省。",
    ),
    "quotes.values": ("What each quote is worth a year", "各报价每年的价值"),
    "quotes.values_note": (
        "Alone: no quote less this one alone. Beside the others: all but it less all. Exactly 0 where it changes "
        "nothing.",
        "单独：不签与只签该家之差。加入其余：缺该家与全部之差。不改变任何规则时恰为 0。",
    ),
    "quotes.choose": ("Choose", "选定"),
    "quotes.choose_why": (
        "The rules of the chosen set become a version of the scenario, with your name and reason, and a draft for "
        "approval. Nothing is overwritten.",
        "所选组合的规则将保存为情景的新版本，并附您的姓名与理由，同时生成待审批草案。不会覆盖任何内容。",
    ),
    "quotes.choose_which": ("Sign", "签约"),
    "quotes.drafted": (
        "The rules are a draft on the page Approvals as well.",
        "该规则也已作为草案出现在“审批”页。",
    ),
    "quotes.to_approvals": ("Open approvals", "打开审批"),
    "quotes.to_scenarios": ("Open {ref} on the page Scenarios", "在“情景”页打开 {ref}"),
    "quotes.workbook": ("Download the comparison as a workbook", "下载报价对比工作簿"),
    "quotes.method": (
        "For every set of quotes the rules are decided anew with the other quotes out of the world; then all rules "
        "meet "
        "the same fresh years, so that their difference is not luck of the draw. The selection follows Kim and Nelson: "
        "rules are dropped once they are behind for sure, and what is left is the best, or within the stated "
        "difference "
        "of it, with the stated probability.",
        "对每种组合，在排除其他报价的情况下重新优化规则；随后所有规则面对同样的全新年份，差异并非随机波动。选择采用 "
        "Kim-Nelson 法：确定落后的规则被淘汰，留下的即为最优，或以所述概率与最优相差不超过所述金额。",
    ),
    "quotes.study_first": (
        "This part needs a study: ask for one under Answer.",
        "此部分需要先有研究结果：请在“结论”中提交研究。",
    ),
    "quotes.no_rows": ("Nothing to show here.", "此处暂无内容。"),
    "quotes.terms_told": (
        "{n} quotes side by side: {open} terms are missing or ambiguous; {foreign} price lists are in a foreign "
        "currency.",
        "{n} 份报价对照：{open} 项条款缺失或含糊；{foreign} 份价目表为外币。",
    ),
    "quotes.terms": ("Terms side by side", "条款对照"),
    "quotes.terms_alt": ("{n} terms, a column a desk", "{n} 项条款，每列一个服务点"),
    "quotes.terms_note": (
        "Amounts in {currency} at the first day's rate, as stated in brackets behind them. Empty: the quote has no "
        "such "
        "term. Brackets with words: what to ask for.",
        "金额按首日汇率折算为 {currency}，括号内为原报价。空白：报价无此条款。方括号文字：需要澄清之处。",
    ),
    "quotes.as_file": ("These quotes as a file (CSV)", "导出这些报价（CSV）"),
    "quotes.as_file_help": (
        "Reads back as it is: change it and bring it in again under Add a quote.",
        "可原样读回：修改后可在“新增报价”中重新上传。",
    ),
    "quotes.open": ("What to ask for, and how it is read until then", "需要澄清的条款及目前的处理"),
    "quotes.nothing_open": ("Nothing is left open.", "没有未明确的条款。"),
    "quotes.open_alt": ("{n} open terms", "{n} 项未明确的条款"),
    "quotes.col_flag": ("Flag", "标记"),
    "quotes.volume": (
        "Every term in one figure: the price of a repaired unit by volume",
        "全部条款折成一个数：不同业务量的单件维修价",
    ),
    "quotes.volume_sku": ("Product", "产品"),
    "quotes.volume_most": ("Up to, units a month", "最多月件数"),
    "quotes.volume_note": (
        "Repair fee after discounts, receiving, parts, retainer, shortfall to a minimum and onboarding over a year, "
        "for n "
        "repaired units a month of this product alone, levels and parts by its own faults. Yield, returns and "
        "freight are "
        "not in it: see Good units.",
        "含折后修复费、收货初检、配件、包月费、最低月费差额，以及按一年摊销的开通费；假设每月只修复该产品 n 件，级别与"
        "配件按其自身故障构成。不含修复率、返修与运费：见“单位良品”。",
    ),
    "quotes.element_units": ("Units a month", "月件数"),
    "quotes.element_labour": ("Repair after discounts", "折后修复费"),
    "quotes.element_service": ("Receiving", "收货初检"),
    "quotes.element_parts": ("Parts", "配件"),
    "quotes.element_extra": ("Beyond the included", "超出包含量"),
    "quotes.element_fixed": ("Retainer", "包月费"),
    "quotes.element_shortfall": ("Shortfall", "最低月费差额"),
    "quotes.element_onboarding": ("Onboarding", "开通费"),
    "quotes.element_price": ("Price of a unit", "单件合计"),
    "quotes.element_quote": ("Quote", "报价"),
    "quotes.element_desk": ("Desk", "服务点"),
    "quotes.interval": ("Interval", "区间"),
    "quotes.and": (", ", "，"),
    "quotes.units_told": (
        "At its median volume a good unit costs {parts}.",
        "按各自中位业务量，单位良品成本为：{parts}。",
    ),
    "quotes.units_part": (
        "{currency} {cost} at {quote} ({low} to {high})",
        "{quote} {currency} {cost}（{low} 至 {high}）",
    ),
    "quotes.reading": ("Reading", "口径"),
    "quotes.no_units": ("No unit reached a partner in the simulated years.", "模拟年份中没有任何件送达服务商。"),
    "quotes.units_note": (
        "Volumes are the tenth, half and ninth tenth of the simulated months. Promised: yield and days as quoted; "
        "haircut: yield 5 points lower, days half as long again. The interval comes from leaving out one year at a "
        "time. "
        "Payment terms below 0: the worth of paying later.",
        "业务量取模拟月份的十分位、中位和九十分位。承诺：按报价的修复率与天数；折减：修复率低 5 个百分点、"
        "天数延长一半。"
        "区间由逐年剔除法得出。账期为负：延后付款的价值。",
    ),
    "quotes.work": ("The work behind it", "工作量与时效"),
    "quotes.work_told": (
        "{quote}: {units} units a year, {good} of them good; bench {busy} busy, {wait} days in the queue, nine in "
        "ten done "
        "within {p90} days, {late} later than promised.",
        "{quote}：每年 {units} 件，其中良品 {good} 件；工位利用率 {busy}，平均排队 {wait} 天，九成在 {p90} 天内完成，"
        "逾期 {late}。",
    ),
    "quotes.work_none": ("{quote}: no unit reached it.", "{quote}：没有件送达。"),
    "quotes.work_note": (
        "Quotes that are not in the best are shown under the best rules found that sign them. Good: left the partner "
        "working. Cost of a good unit: everything the claims there cost, fixed charges and replacements included.",
        "未入选的报价按签约该报价的最优规则计算。良品：离开服务商时可正常使用。单位良品成本：该处工单的全部成本，"
        "含固定费用与更换。",
    ),
    "quotes.whose_bill": ("Contract", "合同"),
    "quotes.no_bills": ("No contract was looked at in this study.", "该研究未计算任何合同账单。"),
    "quotes.bill_note": (
        "Mean of the simulated years under the selected rules, in the currency of the desk. Later: units of the year "
        "completed after it.",
        "所选规则下各模拟年的平均值，按服务点币种。“之后”：年内工单在年后完成的部分。",
    ),
    "quotes.bill_loser": (
        "{quote} is not in the selected rules: this is its bill under the best rules found that sign it. Mean of the "
        "simulated years, in the currency of the desk.",
        "{quote} 未入选：此为签约该报价的最优规则下的账单。各模拟年的平均值，按服务点币种。",
    ),
    "quotes.prices": ("The price at which each loser would win", "未入选报价降到多少可入选"),
    "quotes.no_losers": ("Every quote is signed: there is no loser.", "全部报价均已入选。"),
    "quotes.never": (
        "{quote}: at no price looked at, down to a quarter of its list.",
        "{quote}：即使降至报价的四分之一也不会入选。",
    ),
    "quotes.prices_note": (
        "All its prices times one factor, parts and credits as stated; the rules that sign it against the selected "
        "ones, "
        "on the same years.",
        "其全部价格乘以同一系数，配件与赔付不变；在相同年份下，将签约该报价的规则与所选规则相比。",
    ),
    "quotes.retainer": ("When a retainer pays, and pooling products", "包月何时划算，以及合并产品"),
    "quotes.pools_note": (
        "Products pooled from the highest fee down, at the volumes simulated; amounts a month. Empty: at no volume "
        "looked "
        "at does the retainer pay for this mix.",
        "按单价从高到低合并产品，取模拟业务量；金额为每月。空白：在所考察的业务量内包月始终不划算。",
    ),
    "quotes.crossovers": ("From which volume the retainer pays, reading by reading", "包月划算的业务量（逐项口径）"),
    "quotes.awards": ("Sharing one volume between two quotes", "两家分摊同一业务量"),
    "quotes.awards_note": (
        "Bills alone, each by its own terms: tiers not reached and minimums not filled by a part show.",
        "仅账单，各按自身条款：可见分摊后达不到阶梯或最低月费的影响。",
    ),
    "quotes.exits": ("What leaving costs", "退出成本"),
    "quotes.exit_told": (
        "{quote}, {desk}: notice on the first day still costs {currency} {due} over {n} months.",
        "{quote}，{desk}：首日通知仍需在 {n} 个月内支付 {currency} {due}。",
    ),
    "quotes.exits_note": (
        "Retainer, or the minimum where it is higher, from notice to the end of term and notice.",
        "自通知起至合同期与通知期结束，按包月费或最低月费（取高者）计。",
    ),
    "quotes.alt_ranking": ("{n} sets of quotes, cheapest first", "{n} 种报价组合，按成本由低到高"),
    "quotes.alt_values": ("Worth of {n} quotes a year", "{n} 份报价的年价值"),
    "quotes.alt_selection": ("{n} rules compared by the selection", "选择所比较的 {n} 组规则"),
    "quotes.alt_winning_prices": ("Winning prices of {n} quotes", "{n} 份报价的入选价格"),
    "quotes.alt_good_units": ("Landed cost of a good unit, {n} rows", "单位良品落地成本，{n} 行"),
    "quotes.alt_work": ("Units, queues and turnaround of {n} quotes", "{n} 份报价的件数、排队与周转"),
    "quotes.alt_bills": ("Bill by month with its sum, {n} rows", "逐月账单及合计，{n} 行"),
    "quotes.alt_crossovers": ("Crossovers of retainers, {n} rows", "包月临界业务量，{n} 行"),
    "quotes.alt_pools": ("Products pooled, {n} rows", "合并产品，{n} 行"),
    "quotes.alt_awards": ("Shared awards, {n} rows", "分摊方案，{n} 行"),
    "quotes.alt_exits": ("Fixed charges after notice, {n} rows", "通知后的固定费用，{n} 行"),
}

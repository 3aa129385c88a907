"""Headings and lines of the quotes report. Each is (English, Chinese)."""

from __future__ import annotations

QUOTES_PHRASES = {
    "quotes.title": ("{title}: which repair quotes to sign", "{title}：应签约哪些维修报价"),
    "quotes.basis": (
        "{offers} sets of quotes, the rules decided anew for each; {replications} fresh years of {days} days on the "
        "same luck, seed {seed}. Intervals of {level}. Money in {currency}; a saving is positive.",
        "共 {offers} 种报价组合，每种均重新优化规则；在相同随机性下用 {replications} 次全新模拟（每次 {days} 天）比较，"
        "种子 {seed}。区间为 {level}。金额单位 {currency}；节省为正数。",
    ),
    "quotes.sign": (
        "Sign {quotes}: saves {currency} {saving} a year ({low} to {high}) against signing no quote.",
        "建议签约 {quotes}：与不签任何报价相比，每年节省 {currency} {saving}（{low} 至 {high}）。",
    ),
    "quotes.sign_none": (
        "Sign no quote: no set of them was found that costs less.",
        "不签任何报价：未找到成本更低的组合。",
    ),
    "quotes.unsure": (
        "Signing {quotes} looks best, but its difference to signing no quote could be luck: {currency} {saving} a year "
        "({low} to {high}).",
        "签约 {quotes} 看似最优，但与不签约的差额可能只是随机性：每年 {currency} {saving}（{low} 至 {high}）。",
    ),
    "quotes.guarantee": (
        "This choice is the best of those decided, or within {currency} {within} a year of it, with {level} "
        "(Kim-Nelson, {runs} runs).",
        "该选择为已优化组合中的最优，或与最优相差不超过每年 {currency} {within}，置信度 {level}"
        "（Kim-Nelson 法，共 {runs} 次模拟）。",
    ),
    "quotes.no_guarantee": (
        "After {runs} runs it cannot be promised with {level} that this choice is within {currency} {within} a year of "
        "the best.",
        "经 {runs} 次模拟，尚不能以 {level} 置信度保证该选择与最优相差不超过每年 {currency} {within}。",
    ),
    "quotes.partial": (
        "Stopped before the end: the figures rest on what was done by then ({offers} of {of} sets of quotes).",
        "提前停止：数字仅基于已完成部分（{of} 种组合中的 {offers} 种）。",
    ),
    "quotes.not_signed": (
        "Not signed: {quote}. At its list price it adds nothing; it would win at {factor} of its prices "
        "({low} to {high}), parts at cost.",
        "不签约：{quote}。按其报价没有增益；若价格降至 {factor}（{low} 至 {high}）即可入选，配件按成本计。",
    ),
    "quotes.never": (
        "Not signed: {quote}. At no price looked at, down to a quarter of its list, would it be signed.",
        "不签约：{quote}。即使降至报价的四分之一，也不会入选。",
    ),
    "quotes.near": (
        "Not signed: {quote}, but at its list price its best rules cannot be told from the selected ones.",
        "不签约：{quote}，但按其报价，其最优规则与所选规则无法区分。",
    ),
    "quotes.ranking": ("Every set of quotes, cheapest first", "各报价组合（按成本由低到高）"),
    "quotes.values": ("What each quote is worth a year", "各报价每年的价值"),
    "quotes.work": ("The work under each quote, a year", "各报价下的年度工作量"),
    "quotes.work_note": (
        "Good: left the partner working, to the customer or the pool. Cost of a good unit: everything the claims at "
        "the partner cost, fixed charges, replacements of the others and recovered value included. * not signed: under "
        "the best rules found that sign it.",
        "良品：修复或检测正常后返还客户或入库的件。"
        "单位良品成本：该维修商所有工单的全部成本，含固定费用、未修好件的替换与回收价值。"
        "* 未入选：按签约该报价的最优规则计算。",
    ),
    "quotes.units": ("Landed cost of a good unit by volume", "不同业务量下的单位良品落地成本"),
    "quotes.units_note": (
        "Haircut: yield 5 points below the promise, turnaround half as long again. Negative payment: the worth of "
        "paying later.",
        "折减：良率比承诺低 5 个百分点，周转时间延长一半。账期为负：延后付款的价值。",
    ),
    "quotes.months": ("What each contract would have billed, month by month", "各合同逐月账单"),
    "quotes.crossovers": (
        "From which volume the retainer of {retainer} beats {flat} ({sku}, {market})",
        "{retainer} 的包月从何业务量起优于 {flat}（{sku}，{market}）",
    ),
    "quotes.pools": ("When pooling products makes the retainer pay", "合并产品何时使包月划算"),
    "quotes.pools_yes": (
        "Pooling {skus} makes the retainer of {retainer} pay: {units} units a month, it needs {need}.",
        "合并 {skus} 后 {retainer} 的包月划算：每月 {units} 件，所需 {need} 件。",
    ),
    "quotes.pools_no": (
        "At today's volume no pool makes the retainer of {retainer} pay against {flat}; nearest is {skus}: {units} "
        "units a month, it needs {need}, {times} times as many.",
        "按当前业务量，任何合并都不能使 {retainer} 的包月优于 {flat}；最接近的是 {skus}：每月 {units} 件，"
        "需 {need} 件，即 {times} 倍。",
    ),
    "quotes.awards": ("Sharing one volume between two quotes, bills a month", "两家分摊同一业务量的月账单"),
    "quotes.stakes": (
        "What a term is worth: added to a year's cost if it were otherwise, the rules kept",
        "条款的价值：条款改变时每年增加的成本（规则不变）",
    ),
    "stake.cheaper": ("every price 1 % lower", "所有价格下调 1%"),
    "stake.indexed": ("prices indexed by 3 %", "价格按指数上调 3%"),
    "stake.later": ("bills paid 30 days later", "账期延长 30 天"),
    "stake.loss": ("the partner pays for units lost after they reached it", "服务商赔付到站后丢失的产品"),
    "stake.yield": ("repair yield 5 points below the promise", "维修良率比承诺低 5 个百分点"),
    "stake.ramp": ("half the capacity in the first 60 days", "前 60 天产能减半"),
    "quotes.exits": ("Leaving: fixed charges still due after notice", "退出：通知后仍需支付的固定费用"),
    "quotes.open": ("What the quotes leave open, and how it was read", "报价未明确的条款及本模型的处理"),
    "quotes.later": ("later", "之后"),
    "quotes.no_quote": ("no quote", "不签任何报价"),
    "quotes.none": ("none", "无"),
    "quotes.nothing_open": ("Nothing is left open.", "没有未明确的条款。"),
    "stage.offers": ("decide sets of quotes", "优化报价组合"),
    "stage.details": ("bills and prices", "账单与价格"),
    "message.partial": (
        "Stopping after this step; press Ctrl-C again to stop at once.",
        "本步骤完成后停止；再按一次 Ctrl-C 立即停止。",
    ),
    "open.loss_liability": (
        "who pays for units lost at the partner: read as the seller",
        "维修商处遗失由谁承担：按卖家承担处理",
    ),
    "open.valid_to": ("how long the prices hold: read as the whole year", "价格有效期：按全年有效处理"),
    "open.valid_to.partial": (
        "the quote ends within the year: claims after that go elsewhere",
        "报价在年内到期：其后工单改走其他路径",
    ),
    "open.valid_from.partial": (
        "the quote begins within the year: claims before that go elsewhere",
        "报价在年内才生效：此前工单走其他路径",
    ),
    "open.indexation": ("indexation: prices read as unchanged", "调价条款：按价格不变处理"),
    "open.notice": ("term and notice: read as leaving at any time, free", "合同期与通知期：按可随时免费退出处理"),
    "open.repair_warranty": ("warranty on repairs: read as none", "维修质保：按无处理"),
    "open.repair_warranty.ambiguous": (
        "the warranty on repairs is shorter than the time in which repairs fail again: later failures are paid for",
        "维修质保短于返修窗口：之后的返修须付费",
    ),
    "open.source": ("where the figures come from", "数字来源"),
    "open.no_fault": ("fee of a unit without a fault: read as free", "无故障件费用：按免费处理"),
    "open.beyond_repair": ("fee of a unit beyond repair: read as free", "不可修件费用：按免费处理"),
    "open.excluded": ("fee of a unit out of warranty: read as free", "不属保修件费用：按免费处理"),
    "open.storage": ("storage: read as free", "仓储：按免费处理"),
    "open.sla": ("promised turnaround: none", "承诺周转时间：无"),
    "open.disposal": ("disposal of scrap: read as free", "报废处置：按免费处理"),
    "open.ramp": ("ramp-up: full capacity read as there from the first day", "产能爬坡：按首日即满产处理"),
    "open.sla_credit.ambiguous": (
        "a turnaround is promised without a credit: a late unit costs the partner nothing",
        "承诺了周转时间但无违约抵扣：延误不产生赔付",
    ),
    "open.parts.ambiguous": (
        "consigned parts without a price: read at each fault's own parts cost",
        "寄售配件未定价：按各故障配件成本处理",
    ),
    "open.minimum_beside_retainer.ambiguous": (
        "a minimum beside a retainer: the retainer is read as counting towards it",
        "包月之外另有最低消费：按包月计入最低消费处理",
    ),
    "reading.endless": ("every unit included, no discount", "包月不限量，无折扣"),
    "reading.list price": ("the stated included units, list price", "按约定包含量，无折扣"),
    "reading.first tier": ("with the first discount of the flat quote", "含单价报价的首档折扣"),
    "reading.all tiers": ("with every discount of the flat quote", "含单价报价的全部折扣"),
    "reading.promised": ("promised", "承诺"),
    "reading.haircut": ("haircut", "折减"),
}

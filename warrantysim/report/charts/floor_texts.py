"""What charts of operations and quality say, and their terms. Each is (English, Chinese)."""

from __future__ import annotations

STAGE_TERMS = {
    "claim_stage.answering": ("waits for first answer", "等待首次回复"),
    "claim_stage.deciding": ("being decided", "判定处理方式"),
    "claim_stage.closing": ("money or replacement under way", "退款或换货途中"),
    "claim_stage.label_out": ("customer has the label", "面单已发，待寄出"),
    "claim_stage.parcel_in": ("parcel on its way in", "退件在途"),
    "claim_stage.to_bench": ("received, being tested", "已收货，检测中"),
    "claim_stage.consolidating": ("waits for the dispatch", "等待集货发运"),
    "claim_stage.freight": ("freight and customs", "国际运输与清关"),
    "claim_stage.queueing": ("queues for the bench", "工位排队"),
    "claim_stage.on_bench": ("on the bench", "维修中"),
    "claim_stage.back_to_customer": ("going back to the customer", "寄回客户途中"),
}
END_TERMS = {
    "end.solved": ("solved remotely", "远程解决"),
    "end.denied": ("denied", "拒赔"),
    "end.lapsed": ("lapsed", "工单失效"),
    "end.refunded": ("refunded", "已退款"),
    "end.replaced": ("replaced", "已换货"),
    "end.repaired": ("repaired", "已修复"),
    "end.returned": ("returned unrepaired", "未修退回"),
    "end.platform": ("platform decided", "平台处理"),
    "end.disputed": ("disputed", "引起争议"),
    "end.dispute_lost": ("dispute lost", "争议败诉"),
}
PROMISE_TERMS = {
    "promise.reply": ("first reply within 24 hours", "24 小时内首次回复"),
    "promise.inspection": ("inspected within 5 working days", "5 个工作日内检测"),
    "promise.resolved": ("resolved within {days} days", "{days} 天内解决"),
}
FAULT_KIND_TERMS = {
    "fault_kind.user_fixable": ("customer can fix it", "用户可自行解决"),
    "fault_kind.no_fault_found": ("no fault found", "检测无故障"),
    "fault_kind.excluded": ("not covered", "不在保修范围"),
    "fault_kind.battery_safety": ("battery safety", "电池安全"),
    "fault_kind.repairable": ("repairable", "可维修"),
    "fault_kind.unrepairable": ("beyond repair", "不可维修"),
}
MEASURE_TERMS = {
    "measure.cost": ("cost", "成本"),
    "measure.claims": ("claims", "工单数"),
    "measure.nff": ("units without fault found", "检测无故障件数"),
    "measure.recovery": ("supplier pays back", "供应商赔回"),
}

FLOOR_TITLES = {
    "chart.waiting": ("Units waiting at each bench", "各工位排队件数"),
    "chart.grid_utilisation": ("Bench time used, by month", "各月工位利用率"),
    "chart.grid_wait_p90": ("Days nine in ten units wait for the bench at most", "九成件的工位等待天数上限"),
    "chart.grid_wait_days": ("Mean days a unit waits for the bench", "每件平均等待工位天数"),
    "chart.open": ("Open claims by stage", "各阶段未结工单"),
    "chart.freight": ("Units sent in consolidated dispatches", "集货发运件数"),
    "chart.pool": ("The swap pool over the year", "全年周转机池"),
    "chart.promises": ("Promises kept", "承诺达成率"),
    "chart.replay": ("Claims day by day", "工单逐日回放"),
    "chart.pareto_of": ("Which few make up most of it: {measure}", "哪些少数占了大部分：{measure}"),
    "chart.worth": ("What one point less of each fault is worth a year", "各故障占比每降一点，每年价值多少"),
    "chart.trend": ("By month of claim: {measure}", "按索赔月份：{measure}"),
    "chart.age": ("Failures by month of sale, at equal age", "同龄对比：按销售月份的故障率"),
    "chart.cohorts": ("Failures by month of sale and age", "按销售月份与使用月龄的故障率"),
    "chart.ends": ("How claims end for customers", "工单如何了结"),
}
FLOOR_AXES = {
    "chart.units_waiting": ("units waiting", "排队件数"),
    "chart.open_claims": ("open claims", "未结工单"),
    "chart.units": ("units", "件数"),
    "chart.day": ("day", "日期"),
    "chart.kept": ("share kept", "达成率"),
    "chart.came_in": ("came in", "转入"),
    "chart.went_out": ("went out", "领用"),
    "chart.level": ("level at month end", "月末库存"),
    "chart.per_thousand": ("failures a thousand units sold", "每千台故障数"),
    "chart.age_months": ("age in months", "使用月龄"),
    "chart.sold_month": ("month of sale", "销售月份"),
    "chart.share_claims": ("share of claims", "工单占比"),
    "chart.new_year": ("New Year", "春节"),
    "chart.closed_days": ("closed", "停工"),
    "chart.to_china": ("{market} to China, {way}", "{market} 至中国，{way}"),
    "chart.from_china": ("China to {market}, {way}", "中国至 {market}，{way}"),
    "chart.today_line": ("{day}", "{day}"),
    "chart.stage": ("stage", "阶段"),
}
FLOOR_TAKEAWAYS = {
    "chart.waiting.said": (
        "The longest queue is at {bench}: {units} units around {day} ({rule}).",
        "排队最长的是 {bench}：{day} 前后 {units} 件（{rule}）。",
    ),
    "chart.grid_utilisation.said": (
        "{rule}: busiest is {bench} in {month}, {value} of its time used.",
        "{rule}：最忙的是 {month} 的{bench}，利用率 {value}。",
    ),
    "chart.grid_wait_p90.said": (
        "{rule}: the longest wait is at {bench} in {month}, {value} days for nine in ten units.",
        "{rule}：等待最长的是 {month} 的{bench}，九成件在 {value} 天内。",
    ),
    "chart.grid_wait_days.said": (
        "{rule}: the longest wait is at {bench} in {month}, {value} days on average.",
        "{rule}：等待最长的是 {month} 的{bench}，平均 {value} 天。",
    ),
    "chart.grid.idle": ("{rule}: no bench is used.", "{rule}：没有工位被使用。"),
    "chart.grid.closed": (
        "{mark} the factory is closed for a week or more in this month.",
        "{mark} 当月工厂停工一周以上。",
    ),
    "chart.waiting.none": ("No unit waits at any bench on the days counted.", "所计日期内没有工位排队。"),
    "chart.open.said": (
        "{rule}: {mean} claims are open on an ordinary day, at most {most} around {day}; most of them: {stage} "
        "({share}).",
        "{rule}：平日未结工单 {mean} 件，最多 {most} 件（{day} 前后）；其中最多的是“{stage}”（{share}）。",
    ),
    "chart.freight.said": (
        "{rule}: {dispatches} dispatches carry {units} units at {currency} {cost} a unit; a unit waits {days} days "
        "for its dispatch.",
        "{rule}：{dispatches} 批次共发运 {units} 件，每件 {currency} {cost}；每件等待发运 {days} 天。",
    ),
    "chart.freight.none": ("{rule}: nothing is sent in consolidated dispatches.", "{rule}：没有集货发运。"),
    "chart.pool.said": (
        "{rule}: {came} units come in, {went} go out; {level} are left at the end, worth {currency} {value}.",
        "{rule}：转入 {came} 件，领用 {went} 件；期末剩余 {level} 件，价值 {currency} {value}。",
    ),
    "chart.pool.none": ("{rule}: the swap pool is not used.", "{rule}：未使用周转机池。"),
    "chart.promises.said": (
        "{rule}: {kept} of claims {promise} ({low} to {high}); fewest in {market} ({least}).",
        "{rule}：{promise}的工单占 {kept}（{low} 至 {high}）；最低的是 {market}（{least}）。",
    ),
    "chart.replay.said": (
        "On {day} {open} of the {claims} claims chosen are open; most of them: {stage} ({n}).",
        "{day}：所选 {claims} 件工单中有 {open} 件未结；最多的是“{stage}”（{n} 件）。",
    ),
    "chart.replay.done": (
        "On {day} none of the {claims} claims chosen is open.",
        "{day}：所选 {claims} 件工单均未处于未结状态。",
    ),
    "chart.replay.none": ("No claim fits this choice.", "没有符合条件的工单。"),
    "chart.trend.up": (
        "{measure} rises: {last} a month in the last three months, {first} in the first three.",
        "{measure}上升：最近三个月每月 {last}，最初三个月每月 {first}。",
    ),
    "chart.trend.down": (
        "{measure} falls: {last} a month in the last three months, {first} in the first three.",
        "{measure}下降：最近三个月每月 {last}，最初三个月每月 {first}。",
    ),
    "chart.trend.flat": (
        "{measure} shows no trend that luck would not explain: {first} a month at first, {last} at last.",
        "{measure}没有超出随机波动的趋势：最初每月 {first}，最近每月 {last}。",
    ),
    "chart.age.worse": (
        "At {age} months of age, units sold in {worst} fail most: {high} in a thousand; {best} least: {low}.",
        "使用 {age} 个月时，{worst} 售出的产品故障最多：每千台 {high} 台；{best} 最少：{low} 台。",
    ),
    "chart.age.same": (
        "At {age} months of age no month of sale stands out: {low} to {high} failures in a thousand.",
        "使用 {age} 个月时，各销售月份无明显差别：每千台 {low} 至 {high} 台。",
    ),
    "chart.cohorts.said": (
        "The darkest field: units sold in {month}, {age} months old: {rate} failures a thousand units in that month.",
        "颜色最深的格子：{month} 售出、使用 {age} 个月的产品：当月每千台故障 {rate} 台。",
    ),
    "chart.ends.said": (
        "{share} of claims end {first}; {solved} are solved remotely, {denied} denied, {lapsed} lapse.",
        "{share} 的工单以“{first}”了结；远程解决 {solved}，拒赔 {denied}，失效 {lapsed}。",
    ),
}

FLOOR_COLUMNS = {
    "floor_column.rule": ("rule", "规则"),
    "floor_column.market": ("market", "市场"),
    "floor_column.bench": ("bench", "工位"),
    "floor_column.month": ("month", "月份"),
    "floor_column.position": ("position", "取值"),
    "floor_column.day": ("day", "日期"),
    "floor_column.stage": ("stage", "阶段"),
    "floor_column.visits": ("units", "件数"),
    "floor_column.utilisation": ("bench time used", "利用率"),
    "floor_column.wait_days": ("wait, mean days", "平均等待天数"),
    "floor_column.wait_p50": ("wait, days P50", "等待天数 P50"),
    "floor_column.wait_p90": ("wait, days P90", "等待天数 P90"),
    "floor_column.wait_p90_low": ("P90 from", "P90 下限"),
    "floor_column.wait_p90_high": ("P90 to", "P90 上限"),
    "floor_column.wait_p95": ("wait, days P95", "等待天数 P95"),
    "floor_column.waited_share": ("units that wait", "需等待占比"),
    "floor_column.waited_share_low": ("that wait, from", "需等待下限"),
    "floor_column.waited_share_high": ("that wait, to", "需等待上限"),
    "floor_column.utilisation_low": ("used, from", "利用率下限"),
    "floor_column.utilisation_high": ("used, to", "利用率上限"),
    "floor_column.lane": ("lane", "线路"),
    "floor_column.dispatches": ("dispatches", "批次"),
    "floor_column.units": ("units", "件数"),
    "floor_column.kg": ("kg", "公斤"),
    "floor_column.cbm": ("cubic metres", "立方米"),
    "floor_column.cost": ("cost, {currency}", "成本，{currency}"),
    "floor_column.cost_a_unit": ("a unit, {currency}", "每件，{currency}"),
    "floor_column.waited_days": ("days waited", "等待天数"),
    "floor_column.days": ("days door to door", "门到门天数"),
    "floor_column.sku": ("product", "产品"),
    "floor_column.came_in": ("came in", "转入"),
    "floor_column.went_out": ("went out", "领用"),
    "floor_column.level": ("left at month end", "月末库存"),
    "floor_column.value": ("worth, {currency}", "价值，{currency}"),
    "floor_column.promise": ("promise", "承诺"),
    "floor_column.claims": ("claims", "工单数"),
    "floor_column.kept": ("kept", "达成率"),
    "floor_column.low": ("from", "下限"),
    "floor_column.high": ("to", "上限"),
    "floor_column.fault": ("fault", "故障"),
    "floor_column.kind": ("kind of fault", "故障类型"),
    "floor_column.share": ("share", "占比"),
    "floor_column.cost_a_claim": ("a claim, {currency}", "每单，{currency}"),
    "floor_column.inspected": ("inspected", "已检测件数"),
    "floor_column.nff": ("units without fault", "无故障件数"),
    "floor_column.nff_share": ("no fault found", "无故障占比"),
    "floor_column.recovery": ("supplier pays back, {currency}", "供应商赔回，{currency}"),
    "floor_column.worth": ("one point less is worth, {currency}", "故障率降一点价值，{currency}"),
    "floor_column.worth_low": ("worth from", "价值下限"),
    "floor_column.worth_high": ("worth to", "价值上限"),
    "floor_column.end": ("end of the claim", "了结方式"),
    "floor_column.sold_month": ("month of sale", "销售月份"),
    "floor_column.sold": ("units sold", "销量"),
    "floor_column.per_thousand": ("failures a thousand", "每千台故障数"),
    "floor_column.age": ("age, months", "月龄"),
    "floor_column.mean": ("mean", "均值"),
    "floor_column.claim": ("claim", "工单"),
    "floor_column.disposition": ("what is done", "处理方式"),
    "floor_column.partner": ("partner or way", "服务商或运输方式"),
    "floor_column.opened": ("opened", "开单"),
    "floor_column.ended": ("done", "了结"),
    "floor_column.waiting": ("units waiting", "排队件数"),
}

FLOOR_SENTENCES = {
    "floor.resolved": (
        "{rule}: {kept} of claims are resolved within {days} days ({low} to {high}).",
        "{rule}：{kept} 的工单在 {days} 天内解决（{low} 至 {high}）。",
    ),
    "floor.better": ("{rule} resolves more claims in that time.", "{rule}在此时限内解决的工单更多。"),
    "floor.worse": ("{rule} resolves fewer claims in that time.", "{rule}在此时限内解决的工单更少。"),
    "floor.same": ("The difference is within luck.", "二者之差在随机波动之内。"),
    "floor.at_most": ("at most {n}, {day}", "最多 {n}，{day}"),
    "floor.sent": ("{units} units sent", "发运 {units} 件"),
    "floor.none": ("none", "无"),
}

FAULT_SENTENCES = {
    "fault.product": ("{name} ({sku})", "{name}（{sku}）"),
    "fault.name": ("{kind} ({fault})", "{kind}（{fault}）"),
    "fault.between": (", ", "，"),
    "fault.costs": (
        "{product}, {fault}: {share} of cost, {currency} {cost} {period} ({low} to {high}); {claims} claims at "
        "{currency} {each} each",
        "{product}，{fault}：占成本 {share}，{period} {currency} {cost}（{low} 至 {high}）；工单 {claims} 件，每单 "
        "{currency} {each}",
    ),
    "fault.also": ("; ", "；"),
    "fault.nff": ("no fault is found in {share} of units inspected", "已检测件中 {share} 无故障"),
    "fault.recovery": ("the supplier pays back {currency} {amount}", "供应商赔回 {currency} {amount}"),
    "fault.worth": (
        "one point less of this product's failures is worth {currency} {amount} a year",
        "该故障占比每降低一个百分点，每年价值 {currency} {amount}",
    ),
    "fault.stop": (".", "。"),
}

FLOOR_TEXTS = {
    **FLOOR_SENTENCES,
    **FAULT_SENTENCES,
    **FLOOR_COLUMNS,
    **STAGE_TERMS,
    **END_TERMS,
    **PROMISE_TERMS,
    **FAULT_KIND_TERMS,
    **MEASURE_TERMS,
    **FLOOR_TITLES,
    **FLOOR_AXES,
    **FLOOR_TAKEAWAYS,
    "stage.operations": ("counting operations", "统计运营数据"),
    "stage.quality": ("counting claims by fault", "按故障统计工单"),
}
"""Every text by key."""

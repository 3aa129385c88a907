"""What pictures of quotes say. Each is (English, Chinese)."""

from __future__ import annotations

QUOTES_CHART_TEXTS = {
    "chart.quotes.ranking": ("What each set saves a year against signing no quote", "各组合相对不签约的年节省"),
    "chart.quotes.saves": ("{currency} saved a year, on the same luck", "每年节省 {currency}（相同随机性）"),
    "chart.quotes.ranking_told": (
        "{best} saves most: {currency} {saving} a year ({low} to {high}); next is {next} with {currency} {apart}.",
        "{best} 节省最多：每年 {currency} {saving}（{low} 至 {high}）；其次为 {next}，{currency} {apart}。",
    ),
    "chart.quotes.alone": (
        "{best} saves {currency} {saving} a year ({low} to {high}).",
        "{best} 每年节省 {currency} {saving}（{low} 至 {high}）。",
    ),
    "chart.quotes.prices": ("At which price each quote would win", "各报价的入选价格"),
    "chart.quotes.of_list": (
        "share of its list prices, parts at cost; dashed: list price",
        "占报价的比例（配件按成本）；虚线为报价",
    ),
    "chart.quotes.price_part": (
        "{quote} at {at} of its prices ({low} to {high})",
        "{quote} 降至报价的 {at}（{low} 至 {high}）",
    ),
    "chart.quotes.prices_told": ("They would be signed: {parts}.", "可入选的价格：{parts}。"),
    "chart.quotes.landed": ("What a good unit costs, everything included", "单位良品的落地成本及构成"),
    "chart.quotes.good_unit": ("{currency} a good unit", "每件良品 {currency}"),
    "chart.quotes.month_units": ("{units} a month", "每月 {units} 件"),
    "chart.quotes.landed_told": (
        "A good unit costs least at {quote} with {volume} volume: {currency} {cost} ({low} to {high}).",
        "单位良品成本最低的是 {quote}（{volume} 业务量）：{currency} {cost}（{low} 至 {high}）。",
    ),
    "chart.quotes.bill": ("Bill", "账单"),
    "chart.quotes.around": ("Inbound, parts, outbound", "进出物流与配件"),
    "chart.quotes.replaced": ("Units not repaired", "未修好件"),
    "chart.quotes.waiting": ("Waiting", "等待"),
    "chart.quotes.payment": ("Payment terms", "账期"),
    "chart.quotes.statement": ("What {quote} would have billed, month by month", "{quote} 的逐月账单"),
    "chart.quotes.bill_told": (
        "{quote} would have billed {currency} {total} in all; no month falls short of a minimum.",
        "{quote} 合计账单 {currency} {total}；没有月份低于最低月费。",
    ),
    "chart.quotes.bill_short": (
        "{quote} would have billed {currency} {total} in all, {currency} {shortfall} of it because {n} months fall "
        "short of the minimum in some years.",
        "{quote} 合计账单 {currency} {total}，其中 {currency} {shortfall} 是因为部分年份中有 {n} "
        "个月未达最低月费而补足。",
    ),
    "chart.quotes.bill_fees": ("Fees", "服务费"),
    "chart.quotes.bill_parts": ("Parts", "配件"),
    "chart.quotes.bill_retainer": ("Retainer", "包月费"),
    "chart.quotes.bill_onboarding": ("Onboarding", "开通费"),
    "chart.quotes.bill_shortfall": ("Shortfall to the minimum", "最低月费差额"),
    "chart.quotes.bill_discounts": ("Discounts and credits", "折扣与赔付"),
    "chart.quotes.bill_other": ("Storage, disposal", "仓储与报废"),
    "chart.quotes.later": ("later", "之后"),
    "chart.quotes.volume": ("What repairing one {sku} costs, by units a month", "{sku} 的单件维修价随月件数的变化"),
    "chart.quotes.units_month": ("repaired units a month", "每月修复件数"),
    "chart.quotes.unit_price": ("{currency} a repaired unit", "每件修复 {currency}"),
    "chart.quotes.volume_told": (
        "For {sku}, {first} is cheapest at {at_first} units a month ({currency} {first_price} each), {last} at "
        "{at_last} ({currency} {last_price}).",
        "{sku}：每月 {at_first} 件时 {first} 最便宜（每件 {currency} {first_price}），{at_last} 件时 {last} 最便宜"
        "（每件 {currency} {last_price}）。",
    ),
}

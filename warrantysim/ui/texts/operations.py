"""Texts of the page of operations."""

from __future__ import annotations

TEXTS = {
    "operations.title": ("How the year runs", "全年运营情况"),
    "operations.empty": (
        "This page shows a simulated year as the people see it who answer, test, repair and ship: queues at each "
        "bench, consolidated dispatches, the swap pool, open claims by stage, promises kept, and claims day by day. "
        "It needs a simulation; every decision brings one.",
        "本页从客服、检测、维修和发运人员的角度展示模拟年：各工位排队、集货发运、周转机池、各阶段未结工单、承诺达成率"
        "，以及工单逐日回放。需要先有一次模拟；每次决策都会附带一次。",
    ),
    "operations.uncounted": (
        "This simulation of {whole} years has kept how busy benches were. Queues day by day, dispatches, the swap "
        "pool, open claims, promises and the replay are counted from {years} of its years on request.",
        "此模拟（{whole} 个模拟年）只保存了工位忙闲。逐日排队、集货发运、周转机池、未结工单、承诺达成率和逐日回放需按"
        "需从其中 {years} 个模拟年统计。",
    ),
    "operations.days": ("Resolved within, days", "解决时限（天）"),
    "operations.view_promises": ("Promises kept", "承诺达成"),
    "operations.view_benches": ("Benches and queues", "工位与排队"),
    "operations.view_open": ("Open claims", "未结工单"),
    "operations.view_freight": ("Dispatches", "集货发运"),
    "operations.view_pool": ("Swap pool", "周转机池"),
    "operations.view_replay": ("Day by day", "逐日回放"),
    "operations.head_promises": ("Are promises kept?", "承诺兑现了吗？"),
    "operations.head_benches": ("Where does it queue, and when?", "哪里排队、何时排队？"),
    "operations.head_open": ("Which claims are open, and what do they wait for?", "哪些工单未结，在等什么？"),
    "operations.head_freight": ("What goes by consolidated freight, and at what cost?", "集货发运了多少，成本几何？"),
    "operations.head_pool": ("Does the swap pool turn over?", "周转机池周转得开吗？"),
    "operations.head_replay": ("Follow claims day by day", "逐日追踪工单"),
    "operations.figure_resolved": ("Resolved within {days} days", "{days} 天内解决"),
    "operations.figure_open": ("Open on an ordinary day", "平日未结工单"),
    "operations.figure_busy": ("Busiest month of a bench", "工位最忙月份"),
    "operations.figure_freight": ("Freight a unit", "每件集货运费"),
    "operations.beside": ("{rule}: {value}", "{rule}：{value}"),
    "operations.sizes": (
        "Benches over the year: how much of their time is used, how many units wait and how long. What more or fewer "
        "technicians or hours would cost or save: *Compare & sensitivity*, Levers.",
        "各工位全年情况：利用率、需等待的件数占比及等待时间。增减技师或工时的成本与节省，见“比较与敏感性”中的可选措"
        "施。",
    ),
    "operations.benches_alt": (
        "Units, bench time used and mean wait by bench and month",
        "各工位各月的件数、利用率和平均等待",
    ),
    "operations.waits_alt": (
        "Units, bench time used and waits (half and nine in ten units) by bench and month",
        "各工位各月的件数、利用率和等待（半数与九成）",
    ),
    "operations.freight_why": (
        "Cost is freight and customs entries of everything on board, duty aside; days waited are those from tested, "
        "or repaired, to departure. Above the bars: cost of a unit.",
        "成本含全部货物的运费和报关费，不含关税；等待天数从检测（或修复）到发运。柱上数字为每件成本。",
    ),
    "operations.pool_why": (
        "Units are worth their transfer value; those beyond the stated need what they would fetch as used.",
        "库存按调拨价值计；超出需求部分按二手变现价值计。",
    ),
    "operations.replay_why": (
        "One simulated year, claim by claim: each bar is a stage. At most {most} claims are drawn, evenly from the "
        "first opened to the last; the counts are of all of them.",
        "一个模拟年内的逐单回放：每条色块为一个阶段。最多画出 {most} 件，从最早到最晚均匀抽取；计数为全部工单。",
    ),
    "operations.month": ("Month", "月份"),
    "operations.disposition": ("What is done", "处理方式"),
    "operations.partner": ("Partner or way", "服务商或运输方式"),
    "operations.any": ("any", "不限"),
    "operations.day": ("Day of the month", "日"),
    "operations.day_back": ("Day back", "前一天"),
    "operations.day_on": ("Day on", "后一天"),
    "operations.by_stage": ("Open on this day", "当日未结"),
    "operations.method": (
        "Everything is counted from the records of claims, dispatches and stock of simulated years that rest on the "
        "same luck under each rule. Counts are taken at midnight UTC, weekly; figures are means of a year, with the "
        "interval of that mean where one is shown. Waits (P50, P90) are of the units of all years together. A claim "
        "is open until its customer has what was promised; a claimant who never uses the label waits for nobody once "
        "he has it.",
        "全部数据取自模拟年的工单、批次和库存记录，各规则使用相同的随机数。每周 UTC 零点计数；数值为年均值，所示区间为"
        "该均值的区间。等待（P50、P90）基于所有模拟年的全部件数。客户得到承诺之前工单视为未结；收到面单却从不寄回的客"
        "户，自收到面单起不计等待。",
    ),
}

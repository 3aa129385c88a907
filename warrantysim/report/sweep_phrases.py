"""What the sweep of a lever says. Each is (English, Chinese)."""

from __future__ import annotations

SWEEP_PHRASES = {
    "stage.sweep": ("positions simulated", "已模拟取值"),
    "stage.faults": ("years simulated", "已模拟次数"),
    "sweep.days": ("{n} d", "{n} 天"),
    "sweep.title": ("{name}: what it is worth to turn {lever}", "{name}：调整{lever}的价值"),
    "sweep.basis": (
        "Rule kept: {policy}. {replications} years on the same luck for every position, seed {seed}; intervals of "
        "{level}; {currency} a year; a difference is the position less what is stated, so minus is cheaper.",
        "处理规则不变：{policy}。各取值使用相同随机性，共 {replications} 次模拟，种子 {seed}；区间为 {level}；"
        "单位为每年 {currency}；差额为该取值减去现行设定，负数表示更便宜。",
    ),
    "sweep.partial": (
        "Stopped before the end: positions that were not run are missing.",
        "提前停止：尚未模拟的取值未列出。",
    ),
    "sweep.best": (
        "{what} would save {currency} {amount} a year ({low} to {high}).",
        "{what}每年可节省 {currency} {amount}（{low} 至 {high}）。",
    ),
    "sweep.none": (
        "No position can be told to cost less than what is stated.",
        "没有任何取值可确认比现行设定更便宜。",
    ),
    "sweep.idle": (
        "Under this rule the lever moves nothing: no claim goes where it acts. Try it with --decide or --policy.",
        "在该规则下此杠杆不起作用：没有工单经过它所影响的环节。可用 --decide 或 --policy 另选规则。",
    ),
    "sweep.uplift": (
        "A warranty of {at} costs {currency} {amount} more a year ({low} to {high}); it pays from {uplift} more sales "
        "on ({uplift_low} to {uplift_high}).",
        "质保 {at}，每年多花 {currency} {amount}（{low} 至 {high}）；销量提升 {uplift}（{uplift_low} 至 {uplift_high}）"
        "以上才划算。",
    ),
    "sweep.uplift_down": (
        "A warranty of {at} costs {currency} {amount} less a year ({low} to {high}); it pays unless sales fall by more "
        "than {uplift} ({uplift_low} to {uplift_high}).",
        "质保 {at}，每年少花 {currency} {amount}（{low} 至 {high}）；只要销量下降不超过 {uplift}"
        "（{uplift_low} 至 {uplift_high}）就划算。",
    ),
    "sweep.uplift_never": (
        "A warranty of {at} costs {currency} {amount} more a year ({low} to {high}); it does not pay however much more "
        "is sold: a sale leaves less than its warranty may cost.",
        "质保 {at}，每年多花 {currency} {amount}（{low} 至 {high}）；每件销售的贡献不足以覆盖其质保成本，"
        "销量再高也不划算。",
    ),
    "sweep.never": ("never", "不划算"),
    "sweep.margin": (
        "A year of sales leaves {currency} {margin} before warranty: price less promotion and tax, less referral fee, "
        "landed cost and fulfilment. No term is set below both what is stated and what the law gives customers.",
        "一年销售在质保前的贡献为 {currency} {margin}：售价减促销与税、平台佣金、落地成本与履约费。"
        "任何取值都不会同时低于现行质保期与法定期限。",
    ),
    "sweep.guides": (
        "The guide pays for {paying}; it does not for {losing}.",
        "自助排障指南对以下产品划算：{paying}；对以下产品不划算：{losing}。",
    ),
    "sweep.guide_note": (
        "Pays up to: what the guide may cost a unit sold ({currency}) before it costs more than it saves; costs: what "
        "it does cost, the mean of those stated where a product states nothing.",
        "每件可承受：指南在每件售出产品上的成本（{currency}）不超过该值即划算；每件成本：该产品指南的实际成本，"
        "未注明者取已注明产品的平均值。",
    ),
    "sweep.crew_note": (
        "A saving is what one more technician may cost a year in wages; a loss is what one less must save.",
        "节省额即多一名技师每年可承受的工资；损失额即少一名技师至少应省下的工资。",
    ),
    "sweep.hours_note": (
        "A saving is what the further hours may cost a year; a loss is what fewer hours must save. At a partner fees "
        "stay as quoted; hours change only how long units wait.",
        "节省额即增加工时每年可承受的费用；损失额即减少工时至少应省下的费用。合作方的收费不变，工时只影响等待时间。",
    ),
    "sweep.benches": (
        "How busy benches are, and how long units wait for them (days), as stated and at each position",
        "各工位的利用率与等待天数：现行设定与各取值",
    ),
    "sweep.unknown": ("not kept", "未保存"),
    "sweep.chart": ("What turning {lever} costs or saves", "调整{lever}的成本或节省"),
    "sweep.table": ("Every position against what is stated", "各取值与现行设定的比较"),
    "sweep.left_out": (
        "Not possible: {what} ({why}).",
        "不可行：{what}（{why}）。",
    ),
    "sweep.stated": ("as stated", "现行设定"),
    "sweep.nothing": ("none", "无"),
    "sweep.list_and": (", ", "、"),
    "faults.title": ("{name}: what design should fix first", "{name}：设计应优先改进什么"),
    "faults.basis": (
        "Rule: {policy}. {replications} years, seed {seed}; intervals of {level}; {currency} a year. One point less: "
        "the fault makes one of a hundred failures of its product fewer, the others stay; queues as simulated.",
        "规则：{policy}。共 {replications} 次模拟，种子 {seed}；区间为 {level}；单位为每年 {currency}。"
        "降低一个百分点：该故障在产品每百次失效中减少一次，其他故障不变；排队按模拟计。",
    ),
    "faults.first": (
        "Fix {fault} of {sku} first: one point less is worth {currency} {worth} a year ({low} to {high}); a claim of "
        "it costs {each} on average.",
        "优先改进 {sku} 的 {fault}：降低一个百分点每年价值 {currency} {worth}（{low} 至 {high}）；"
        "平均每单成本 {each}。",
    ),
    "faults.table": ("Worth of one point less, a year", "每降低一个百分点的年度价值"),
    "faults.more": (
        "and {n} more faults, all in --out and --json",
        "另有 {n} 种故障，详见 --out 与 --json",
    ),
    "lever.warranty": ("the warranty term", "质保期"),
    "lever.guide": ("the troubleshooting guide", "自助排障指南"),
    "lever.evidence": ("the evidence asked for", "所需凭证"),
    "lever.service": ("the service mode", "服务方式"),
    "lever.dispatch": ("when batches leave for China", "返厂集货发运时间"),
    "lever.pool": ("the swap pool", "周转机池"),
    "lever.technicians": ("the number of technicians", "技师人数"),
    "lever.hours": ("the bench hours", "工位工时"),
    "turn.off": ("off", "关闭"),
    "turn.on": ("on", "开启"),
    "turn.none": ("none", "无"),
    "turn.photo": ("photo, every claim", "全部要求照片"),
    "turn.video": ("video, every claim", "全部要求视频"),
    "turn.own_unit": ("own unit comes back", "原机维修返还"),
    "turn.advance_exchange": ("exchange in advance", "先行换货"),
    "turn.weekly": ("every Friday", "每周五"),
    "turn_item.china_bench": ("factory bench", "工厂工位"),
    "turn_item.repair_local": ("local repair", "本地维修"),
    "turn_item.return_china": ("return to China", "返厂维修"),
    "fault_kind.user_fixable": ("user can fix it", "用户可自行排除"),
    "fault_kind.no_fault_found": ("no fault found", "检测无故障"),
    "fault_kind.excluded": ("excluded", "不在保修范围"),
    "fault_kind.battery_safety": ("battery safety", "电池安全"),
    "fault_kind.repairable": ("repairable", "可维修"),
    "fault_kind.unrepairable": ("beyond repair", "不可维修"),
    "fault_id.setup_error": ("setup error", "设置错误"),
    "fault_id.repair_L1": ("level 1", "一级维修"),
    "fault_id.repair_L2": ("level 2", "二级维修"),
    "fault_id.repair_L3": ("level 3", "三级维修"),
    "fault_id.repair_L4": ("level 4", "四级维修"),
    "fault_id.swollen_cell": ("swollen cell", "电芯鼓包"),
    "fault_id.misuse": ("misuse", "使用不当"),
    "acol.item": ("what", "项目"),
    "acol.bench": ("bench", "工位"),
    "acol.visits": ("units", "件数"),
    "acol.utilisation": ("time used", "利用率"),
    "acol.waited_share": ("units that wait", "需等待的件数占比"),
    "acol.wait_p50": ("wait P50", "等待 P50"),
    "acol.wait_p90": ("wait P90", "等待 P90"),
    "acol.wait_p95": ("wait P95", "等待 P95"),
    "acol.at": ("position", "取值"),
    "acol.cost": ("cost", "成本"),
    "acol.uplift": ("sales needed", "所需销量变化"),
    "acol.pays_up_to": ("pays up to, a unit", "每件可承受"),
    "acol.unit_cost": ("costs, a unit", "每件成本"),
    "acol.sku": ("product", "产品"),
    "acol.fault": ("fault", "故障"),
    "acol.kind": ("kind", "类型"),
    "acol.share": ("of failures", "失效占比"),
    "acol.claims": ("claims", "工单数"),
    "acol.per_claim": ("a claim", "每单成本"),
    "acol.point": ("one point less", "降低一点的价值"),
}
"""Every text by key."""

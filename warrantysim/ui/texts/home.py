"""Texts of the first page."""

from __future__ import annotations

TEXTS = {
    "home.title": ("What your warranty rules should be", "保修规则应如何设定"),
    "home.empty": (
        "This workspace has no decision yet. A decision says, product by product and by claim value, whether to "
        "refund, reship, repair locally or return to China, and what that saves.",
        "本工作区尚无决策。决策会按产品和索赔金额说明应退款、补发、本地维修还是返厂，以及能省多少。",
    ),
    "home.saving": ("Saving {period}", "{period}节省"),
    "home.cost_now": ("Cost now", "现行成本"),
    "home.cost": ("Cost recommended", "建议成本"),
    "home.acts": ("Rules to change", "应改动的规则"),
    "home.acts_of": ("{acts} of {cells}", "{acts} / {cells}"),
    "home.acts_changes": ("in {changes} changes", "共 {changes} 项变更"),
    "home.acts_help": (
        "One rule for each product in each market. These change, in the files too, and no others: certain, worth the "
        "effort, and so over what is assumed. Small ones that are the same count as one change.",
        "每个产品在每个市场有一条规则。仅这些规则变更（导出文件亦然）：差异确定、值得，且在假设范围内成立。内容相同"
        "的小额"
        "变更合并为一项。",
    ),
    "home.range": ("{low} to {high} ({level})", "{low} 至 {high}（{level}）"),
    "home.against": ("against {now}", "对比：{now}"),
    "home.share": ("{share} less than now", "比现行少 {share}"),
    "home.days": ("Days, nine in ten done", "九成客户完成天数"),
    "home.days_help": (
        "Within so many days nine in ten of all customers have what was promised, a mean of the years.",
        "全部客户中九成在此天数内得到解决（各模拟年均值）。",
    ),
    "home.days_of": ("{days} days", "{days} 天"),
    "home.days_now": ("{days} days now", "现行 {days} 天"),
    "home.monday": ("What to change on Monday", "周一就该做的改动"),
    "home.nothing": ("Nothing is worth changing: today's rules stand.", "没有值得改动之处：维持现行规则。"),
    "home.attention": ("What needs attention", "需要关注"),
    "home.few": (
        "{n} rules rest on few claims; read their cut-points as a direction, not as a figure.",
        "{n} 条规则所依据的工单较少；其阈值仅供参考方向。",
    ),
    "home.hold": ("{n} changes are certain but small: HOLD.", "{n} 项改动确定但金额小：暂缓。"),
    "home.fragile": (
        "{n} changes save as stated, but not surely over what is assumed: HOLD.",
        "{n} 项变更按现有数据节省，但在假设范围内不可靠：暂缓。",
    ),
    "home.slow": (
        "{n} changes would let customers wait much longer: they need a tick.",
        "{n} 项变更会让客户等待久得多：须由人勾选。",
    ),
    "home.minimum": (
        "{partner} misses its monthly minimum in {n} months.",
        "{partner} 有 {n} 个月未达到最低月费。",
    ),
    "home.failed": ("{n} jobs did not finish; see Runs & audit.", "{n} 个任务未完成；见“运行与审计”。"),
    "home.failed.one": ("A job did not finish; see Runs & audit.", "有 1 个任务未完成；见“运行与审计”。"),
    "home.fine": ("Nothing does.", "暂无。"),
    "home.rests": ("Method", "方法"),
    "home.rests_on": (
        "Confirmed on {replications} simulated years that neither taught nor chose the rules; seed {seed}; the "
        "optimizer ended {status}. Both rules met the same claims, so that their difference is not luck of the draw.",
        "在 {replications} 个未参与学习和选择的模拟年上确认；种子 {seed}；优化器状态：{status}。两种规则面对"
        "同一批工单，差异并非随机波动。",
    ),
    "home.ways": ("Where to go next", "下一步"),
    "home.to_thresholds": ("Set thresholds and export the rules", "设定阈值并导出规则"),
    "home.to_quotes": ("Choose between repair quotes", "比较维修报价"),
    "home.to_compare": ("Ask what if, and share the answer", "做假设分析并分享结果"),
    "home.to_inputs": ("Bring in this month's figures and run again", "导入本月数据并重新运行"),
    "home.to_runs": ("See every run, and follow one claim", "查看所有运行，追踪单个工单"),
    "home.compared": ("Last comparison", "最近一次对比"),
    "home.differs": (
        "{name} costs {currency} {amount} more {period} than {base} ({low} to {high}).",
        "{name} 比 {base} {period}多花 {currency} {amount}（{low} 至 {high}）。",
    ),
    "home.saves": (
        "{name} costs {currency} {amount} less {period} than {base} ({low} to {high}).",
        "{name} 比 {base} {period}少花 {currency} {amount}（{low} 至 {high}）。",
    ),
    "home.same": (
        "{name} changes nothing against {base}: nothing it alters is used there.",
        "{name} 与 {base} 完全相同：所改动的项目在此未被用到。",
    ),
    "home.no_difference": (
        "{name}: no detectable difference from {base}.",
        "{name} 与 {base} 无可检测差异。",
    ),
}

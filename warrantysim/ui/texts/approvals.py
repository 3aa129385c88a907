"""Texts of the page where policies are signed."""

from __future__ import annotations

TEXTS = {
    "approvals.title": ("Approvals", "审批"),
    "approvals.how": (
        "A set of rules is proposed, approved by a second person, and put in force from a day. Steps are added, never "
        "changed.",
        "规则先提出，再由第二人批准，最后自某日起生效。每一步只增不改。",
    ),
    "approvals.in_force": (
        "Version {number}, {name}, has been in force since {day}; {who} put it in force.",
        "版本 {number}（{name}）自 {day} 起生效，由 {who} 生效。",
    ),
    "approvals.none_in_force": (
        "No version approved here is in force: proposals are held against the rule their run calls today's.",
        "尚无经审批生效的版本：提案与其运行所称的现行规则对比。",
    ),
    "approvals.line": ("Rule book", "规则手册"),
    "approvals.empty": (
        "Nothing has been proposed yet. This page will show each set of rules on its way into force: what it changes, "
        "what that saves, who proposed, who approved, and the files to hand out.",
        "尚无提案。本页将展示每套规则的审批过程：改动内容、节省金额、提出人、批准人，以及可下发的文件。",
    ),
    "approvals.no_decision": (
        "A proposal needs a decision, and this workspace has none yet.",
        "提案需基于决策，而本工作区尚无决策。",
    ),
    "approvals.versions": ("Versions", "版本"),
    "approvals.version": ("Version", "版本"),
    "approvals.option": ("{number}: {name} ({state})", "{number}：{name}（{state}）"),
    "approvals.state.draft": ("draft", "草稿"),
    "approvals.state.approved": ("approved", "已批准"),
    "approvals.state.scheduled": ("approved, in force later", "已批准，待生效"),
    "approvals.state.effective": ("in force", "生效中"),
    "approvals.state.superseded": ("superseded", "已被取代"),
    "approvals.state.withdrawn": ("withdrawn", "已撤回"),
    "approvals.column.number": ("version", "版本"),
    "approvals.column.state": ("state", "状态"),
    "approvals.column.rules": ("rules", "规则"),
    "approvals.column.proposed": ("proposed by", "提出人"),
    "approvals.column.approved": ("approved by", "批准人"),
    "approvals.column.from_day": ("in force from", "生效日期"),
    "approvals.column.run": ("run", "依据运行"),
    "approvals.column.cell": ("product and market", "产品与市场"),
    "approvals.column.now": ("rule before", "原规则"),
    "approvals.column.new": ("rule of this version", "本版本规则"),
    "approvals.column.verdict": ("verdict", "结论"),
    "approvals.column.saving": ("saves", "节省"),
    "approvals.column.low": ("at least", "下限"),
    "approvals.column.high": ("at most", "上限"),
    "approvals.column.changing": ("claims that change", "受影响工单"),
    "approvals.column.step": ("step", "步骤"),
    "approvals.column.who": ("who", "人员"),
    "approvals.column.at": ("when (UTC)", "时间（UTC）"),
    "approvals.column.note": ("note", "备注"),
    "approvals.heading": ("Version {number}: {state}", "版本 {number}：{state}"),
    "approvals.against_version": ("version {number}, {name}", "版本 {number}（{name}）"),
    "approvals.saves": (
        "It saves {currency} {amount} {period} against {base} ({level} interval {low} to {high}).",
        "与{base}相比，{period}节省 {currency} {amount}（{level} 置信区间 {low} 至 {high}）。",
    ),
    "approvals.worse": (
        "It costs {currency} {amount} more {period} than {base} ({level} interval {low} to {high}).",
        "与{base}相比，{period}多支出 {currency} {amount}（{level} 置信区间 {low} 至 {high}）。",
    ),
    "approvals.unsure": (
        "What it saves against {base} cannot be told from luck: {currency} {amount} {period} ({level} interval {low} "
        "to {high}).",
        "与{base}相比的差额无法与随机波动区分：{period} {currency} {amount}（{level} 置信区间 {low} 至 {high}）。",
    ),
    "approvals.keep": ("Its rules are those of {base}: nothing changes.", "其规则与{base}相同：无变化。"),
    "approvals.card.cash": ("Cash and stock saved", "节省的现金与库存"),
    "approvals.card.expected": ("Expected cost saved", "节省的预期成本"),
    "approvals.card.days": ("Nine in ten resolved in", "九成工单完结天数"),
    "approvals.card.refunds": ("Claims refunded", "退款工单"),
    "approvals.range": ("{low} to {high}", "{low} 至 {high}"),
    "approvals.days": ("{days} days", "{days} 天"),
    "approvals.before": ("{figure} before", "原为 {figure}"),
    "approvals.not_simulated": (
        "No stored run holds this version and {base} on the same claims, so its effect in money is not known yet.",
        "尚无运行在同一批工单上同时模拟本版本与{base}，因此金额影响未知。",
    ),
    "approvals.work_out": ("Work out the effect in money", "计算金额影响"),
    "approvals.job": ("effect of version {number}", "版本 {number} 的影响"),
    "approvals.no_run": (
        "The run that speaks for this version is no longer stored: neither its effect in money nor its workbook can be "
        "shown.",
        "支持本版本的运行已不在存储中：无法显示金额影响和工作簿。",
    ),
    "approvals.damaged": (
        "The run that speaks for this version is damaged: {why}",
        "支持本版本的运行已损坏：{why}",
    ),
    "approvals.differences": ("What changes, rule by rule", "逐条规则变更"),
    "approvals.differences_alt": (
        "{n} rules that change, with the rule before and after and what each saves",
        "{n} 条变更规则，含变更前后规则及各自节省",
    ),
    "approvals.differences_none": ("No rule changes.", "没有规则变更。"),
    "approvals.differences_how": (
        "{n} rules change; what belongs to none of them, such as contract charges, comes to {currency} {shared}. "
        "Cut-points are the refund due. Both were simulated on the same {years} years of claims (runs {runs}).",
        "{n} 条规则变更；不属于任何规则的部分（如合同费用）为 {currency} {shared}。阈值为应退金额。两套规则在相同的 "
        "{years} 个模拟年度上模拟（运行 {runs}）。",
    ),
    "approvals.sign_off": ("Sign-off", "签署"),
    "approvals.sign_alt": (
        "Steps of this version: who took them, when, and what was said",
        "本版本各步骤：人员、时间与备注",
    ),
    "approvals.step.draft": ("proposed", "提出"),
    "approvals.step.approved": ("approved", "批准"),
    "approvals.step.effective": ("put in force from {day}", "生效，自 {day} 起"),
    "approvals.step.withdrawn": ("withdrawn", "撤回"),
    "approvals.name_first": (
        "Give your name in the bar on the left first: a signature needs one.",
        "请先在左侧栏填写姓名：签署需要署名。",
    ),
    "approvals.four_eyes": (
        "You proposed this version yourself. A second person should approve it; if you do, the record and the memo "
        "will say so.",
        "本版本由您本人提出，应由第二人批准；若您自行批准，记录与备忘录将注明。",
    ),
    "approvals.nobody": (
        "Nobody is on record as proposing this version, so nobody can tell whether a second person approves it.",
        "本版本没有提出人记录，因此无法确认是否由第二人批准。",
    ),
    "approvals.alone": ("Approve it alone nevertheless", "仍由本人单独批准"),
    "approvals.approved_alone": (
        "Proposed and approved by the same person: no second pair of eyes looked at it.",
        "提出人与批准人为同一人：未经第二人复核。",
    ),
    "approvals.note": ("Note, for the record", "备注（留档）"),
    "approvals.approve": ("Approve", "批准"),
    "approvals.withdraw": ("Withdraw", "撤回"),
    "approvals.day": ("In force from", "生效日期"),
    "approvals.put_in_force": ("Put in force", "使其生效"),
    "approvals.done.approved": ("Version {number} is approved.", "版本 {number} 已批准。"),
    "approvals.done.withdrawn": ("Version {number} is withdrawn.", "版本 {number} 已撤回。"),
    "approvals.done.effective": ("Version {number} is in force from {day}.", "版本 {number} 自 {day} 起生效。"),
    "approvals.done.draft": ("Version {number} is proposed.", "版本 {number} 已提出。"),
    "approvals.not_in_order": (
        "This step cannot be taken now: {why}. Somebody may have been faster; the page shows how things stand.",
        "此步骤现在无法执行：{why}。可能已有他人操作；页面显示的是当前状态。",
    ),
    "approvals.ends": (
        "Nothing is left to sign. It is in force until another version is.",
        "无待签步骤。在另一版本生效前持续有效。",
    ),
    "approvals.over": ("Nothing is left to sign.", "无待签步骤。"),
    "approvals.files": ("Files of this version", "本版本文件"),
    "approvals.files_how": (
        "Each says {status} and names the version and its run.",
        "每份文件均注明“{status}”、版本号及依据运行。",
    ),
    "approvals.status.DRAFT": ("DRAFT", "草稿"),
    "approvals.status.APPROVED": ("APPROVED", "已批准"),
    "approvals.file.rules": ("Rules for agents (CSV)", "客服规则（CSV）"),
    "approvals.file.policy": ("Policy (YAML)", "规则文件（YAML）"),
    "approvals.file.memo": ("Decision memo (HTML)", "决策备忘录（HTML）"),
    "approvals.file.workbook": ("Workbook (Excel)", "工作簿（Excel）"),
    "approvals.memo_in": ("Memo in", "备忘录语言"),
    "approvals.memo.en": ("English", "英文"),
    "approvals.memo.zh": ("Chinese", "中文"),
    "approvals.memo.both": ("both", "双语"),
    "approvals.workbook_ask": ("Prepare the workbook", "生成工作簿"),
    "approvals.workbook_job": ("quantities for the workbook", "工作簿数量表"),
    "approvals.workbook_none": (
        "There is a workbook for versions that come from a decision.",
        "仅来自决策的版本提供工作簿。",
    ),
    "approvals.workbook_of": (
        "The workbook is that of the decision and its recommended rules.",
        "工作簿为该决策及其建议规则的工作簿。",
    ),
    "approvals.propose": ("Propose rules", "提出规则"),
    "approvals.decision": ("Decision", "决策"),
    "approvals.decision_option": ("{label}, {made} ({id})", "{label}，{made}（{id}）"),
    "approvals.tick": ("take", "采纳"),
    "approvals.tick.change": ("change", "变更"),
    "approvals.tick.because": ("why, or why not", "理由"),
    "approvals.tick.saving": ("saves", "节省"),
    "approvals.tick.low": ("at least", "下限"),
    "approvals.tick.high": ("at most", "上限"),
    "approvals.tick.price": ("costs without it", "取消代价"),
    "approvals.tick.claims": ("claims", "工单"),
    "approvals.tick.p90_now": ("days, nine in ten, now", "现行九成天数"),
    "approvals.tick.p90": ("with it", "变更后"),
    "approvals.tick.robust": ("draws saving", "抽样节省比例"),
    "approvals.tick_how": (
        "What is recommended is ticked. Saves: by the change's own bills, on fresh years. Costs without it: what all "
        "together would cost more, where others share its bills. Other ticks make another policy; its effect is worked "
        "out below, on the same claims.",
        "建议采纳的变更已勾选。节省：按该变更自身账单、在全新模拟年上计算。取消代价：与其他单元共用账单时整体多花的"
        "金额。改变勾选即"
        "为另一套规则，其影响在下方基于同一批工单计算。",
    ),
    "approvals.propose_do": ("Propose", "提出"),
    "approvals.history": ("History", "历史"),
    "approvals.history_alt": ("Every step of every version, the latest first", "所有版本的全部步骤，最新在前"),
    "approvals.to_run": ("Open the run", "打开运行"),
}

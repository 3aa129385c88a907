"""Headings and messages of reports and commands. Each is (English, Chinese)."""

from __future__ import annotations

SCENARIO_PHRASES = {
    "scenario.fine": ("{file}: no problem found", "{file}：未发现问题"),
    "scenario.policy_fine": (
        "{file}: no problem found in the rules; products, markets and partners they name are checked where the file is "
        "used, as by simulate --policy",
        "{file}：规则未发现问题；其中的产品、市场和服务商名称在使用该文件时核对（例如 simulate --policy）",
    ),
    "scenario.problems": ("{n} problems found", "发现 {n} 个问题"),
    "scenario.problems.one": ("1 problem found", "发现 1 个问题"),
    "scenario.is": ("{title} ({name})", "{title}（{name}）"),
    "scenario.size": (
        "{skus} products x {markets} markets x {channels} channels, {partners} repair partners, "
        "{days} days from {first_day}, figures in {currency}",
        "{skus} 个产品 x {markets} 个市场 x {channels} 个渠道，{partners} 家维修服务商，"
        "自 {first_day} 起 {days} 天，金额单位 {currency}",
    ),
    "scenario.rule": ("rule: {policy}", "规则：{policy}"),
    "scenario.files": ("{n} files read", "读取 {n} 个文件"),
    "scenario.files.one": ("1 file read", "读取 1 个文件"),
    "scenario.encoding": ("{file} was read as {encoding}: {words}", "{file} 按 {encoding} 编码读取：{words}"),
    "scenario.warning": ("warning: {text}", "提醒：{text}"),
    "scenario.warnings": ("{n} warnings; figures are taken as they are", "{n} 条提醒；数值按原样采用"),
    "scenario.warnings.one": ("1 warning; figures are taken as they are", "1 条提醒；数值按原样采用"),
    "scenario.digest": ("digest {digest}", "摘要 {digest}"),
    "scenario.changes": ("{n} values differ from {base}", "与 {base} 相比有 {n} 处不同"),
    "scenario.changes.one": ("1 value differs from {base}", "与 {base} 相比有 1 处不同"),
    "scenario.same": ("nothing differs", "没有不同"),
    "scenario.between": ("{a} -> {b}", "{a} -> {b}"),
    "scenario.changed": ("{name} with the changes stated", "{name}（含所列改动）"),
    "schema.fields": (
        "{n} fields; with --json the JSON Schema for editors",
        "共 {n} 个字段；加 --json 输出供编辑器使用的 JSON Schema",
    ),
    "schema.fields.one": ("1 field", "共 1 个字段"),
    "schema.none": ("no field matches {pattern!r}", "没有与 {pattern!r} 匹配的字段"),
}

MESSAGE_PHRASES = {
    "message.memory": (
        "the machine has not enough memory for this; ask for fewer replications, jobs or products",
        "内存不足；请减少重复次数、进程数或产品数",
    ),
    "message.machine": ("the machine refuses: {reason} ({file})", "系统拒绝：{reason}（{file}）"),
    "message.written": ("{n} files written to {folder}", "已将 {n} 个文件写入 {folder}"),
    "message.written.one": ("1 file written to {folder}", "已将 1 个文件写入 {folder}"),
    "message.cannot_write": ("cannot write to {folder}: {reason}", "无法写入 {folder}：{reason}"),
    "message.cancelled": ("cancelled", "已取消"),
    "message.defect": (
        "this is a defect in warrantysim, not in your input: {kind}: {message}\n"
        "run the command again with --debug to see where",
        "这是 warrantysim 的缺陷，与您的输入无关：{kind}：{message}\n加 --debug 重新运行可查看位置",
    ),
    "message.failed": (
        "{n} of {of} replications failed and are not in the figures; first: {first}",
        "{of} 次重复中有 {n} 次失败，未计入结果；首个错误：{first}",
    ),
    "message.nothing": ("every replication failed; first: {first}", "所有重复均失败；首个错误：{first}"),
    "message.step": ("{stage}: {done} of {total}", "{stage}：已完成 {done}/{total}"),
    "message.target": (
        "the half-width of {target} was not reached with {n} replications",
        "{n} 次重复后仍未达到半宽 {target}",
    ),
    "message.target.one": (
        "the half-width of {target} was not reached with 1 replication",
        "1 次重复后仍未达到半宽 {target}",
    ),
}

PERIOD_PHRASES = {
    "period.year": ("a year", "每年"),
    "period.days": ("in {days} days", "{days} 天内"),
}

COST_PHRASES = {
    "cost.title": ("{title}: what {policy} costs", "{title}：{policy} 的成本"),
    "cost.title_many": ("{title}: what each rule costs", "{title}：各规则方案的成本"),
    "cost.basis": (
        "{replications} replications of {days} days, seed {seed}; intervals of {level}; costs are positive, credits "
        "negative; claims that follow from a claim are booked to it",
        "{days} 天 x {replications} 次重复，种子 {seed}；区间为 {level}；成本为正，收入为负；后续工单计入其原始工单",
    ),
    "cost.changes": ("What this scenario changes:", "本情景的改动："),
    "cost.more_changes": ("and {n} more; `warrantysim diff` lists them", "另有 {n} 处；`warrantysim diff` 可列出"),
    "cost.total": (
        "{policy}: {currency} {total} {period} ({low} to {high}), of it {cash} cash and stock and {expected} expected. "
        "{claims} claims, {currency} {each} each.",
        "{policy}：{period} {currency} {total}（{low} 至 {high}），其中现金与库存 {cash}，预期 {expected}。"
        "工单 {claims} 件，每件 {currency} {each}。",
    ),
    "cost.unsure": (
        "{policy}: {currency} {total} {period} in one replication (no interval from a single one), of it {cash} cash "
        "and stock and {expected} expected. {claims} claims, {currency} {each} each.",
        "{policy}：单次重复{period} {currency} {total}（单次无法给出区间），其中现金与库存 {cash}，预期 {expected}。"
        "工单 {claims} 件，每件 {currency} {each}。",
    ),
    "cost.days": (
        "Half the claims are resolved within {p50} days, nine in ten within {p90}.",
        "半数工单在 {p50} 天内解决，九成在 {p90} 天内解决。",
    ),
    "cost.by_category": ("COST BY CATEGORY", "按费用项目"),
    "cost.by_market": ("COST BY MARKET", "按市场"),
    "cost.by_sku": ("COST BY PRODUCT", "按产品"),
    "cost.by_disposition": ("HOW CLAIMS WERE HANDLED", "工单处理方式"),
    "cost.compared": ("RULES COMPARED, ON THE SAME CLAIMS", "规则对比（同一批工单）"),
    "cost.benches": ("BUSIEST MONTH OF EACH BENCH", "各维修工位最忙的月份"),
    "cost.saving": (
        "{policy} saves {saving} {period} against {base} ({low} to {high}).",
        "{policy} 比 {base} {period}节省 {saving}（{low} 至 {high}）。",
    ),
    "cost.loss": (
        "{policy} costs {saving} more {period} than {base} ({low} to {high}).",
        "{policy} 比 {base} {period}多花 {saving}（{low} 至 {high}）。",
    ),
    "cost.no_difference": (
        "{policy}: no detectable difference from {base}; it would take about {n} replications to see one.",
        "{policy} 与 {base} 无可检测差异；约需 {n} 次重复才能分辨。",
    ),
    "cost.never": (
        "{policy}: no detectable difference from {base}, and no number of replications would show one.",
        "{policy} 与 {base} 无可检测差异，再多重复也分辨不出。",
    ),
    "cost.single": (
        "{policy} against {base}: {saving} in one replication; a single one cannot tell a difference from luck.",
        "{policy} 与 {base} 相比：单次重复差额 {saving}；单次无法区分差异与运气。",
    ),
    "provenance": (
        "warrantysim {version}, scenario {name} {digest}, seed {seed}",
        "warrantysim {version}，情景 {name} {digest}，种子 {seed}",
    ),
    "stage.simulate": ("simulating", "模拟"),
}

RULES_PHRASES = {
    "rules.in_force": ("{n} lines of rules; the first that matches holds.", "共 {n} 条规则；以首条匹配者为准。"),
    "rules.more": ("and {n} more lines, all in --out and --json", "另有 {n} 条，详见 --out 与 --json"),
    "rules.changes": (
        "{lines} lines of rules change {n} cells against the rules in force; together that saves {currency} {saving} "
        "{period} ({low} to {high}), on {replications} replications of the same claims. Minus costs more.",
        "该文件共 {lines} 条规则，与现行规则相比改变 {n} 个单元；合计{period}节省 {currency} {saving}"
        "（{low} 至 {high}），基于相同工单的 {replications} 次模拟。负数表示增加成本。",
    ),
    "rules.none": (
        "{lines} lines of rules; they do what the rules in force do in every cell.",
        "该文件共 {lines} 条规则；在所有单元中均与现行规则相同。",
    ),
    "rules.cell": ("cell", "单元"),
    "rules.now": ("in force", "现行规则"),
    "rules.new": ("in the file", "文件中的规则"),
    "rules.saves": ("saves, {currency}", "节省，{currency}"),
    "rules.interval": ("interval", "区间"),
    "rules.shared": ("contracts, stock, shared bills", "合同、库存与共担费用"),
    "acol.line": ("line", "编号"),
}

PHRASES = {**SCENARIO_PHRASES, **MESSAGE_PHRASES, **PERIOD_PHRASES, **COST_PHRASES, **RULES_PHRASES}
"""Every phrase by key."""

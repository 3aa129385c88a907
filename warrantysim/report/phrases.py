"""Headings and messages of reports and commands. Each is (English, Chinese)."""

from __future__ import annotations

SCENARIO_PHRASES = {
    "scenario.fine": ("{file}: no problem found", "{file}：未发现问题"),
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
    "scenario.encoding": ("{file} was read as {encoding}", "{file} 按 {encoding} 编码读取"),
    "scenario.digest": ("digest {digest}", "摘要 {digest}"),
    "scenario.changes": ("{n} values differ from {base}", "与 {base} 相比有 {n} 处不同"),
    "scenario.changes.one": ("1 value differs from {base}", "与 {base} 相比有 1 处不同"),
    "scenario.same": ("nothing differs", "没有不同"),
    "scenario.between": ("{a} -> {b}", "{a} -> {b}"),
    "schema.fields": (
        "{n} fields; with --json the JSON Schema for editors",
        "共 {n} 个字段；加 --json 输出供编辑器使用的 JSON Schema",
    ),
    "schema.none": ("no field matches {pattern!r}", "没有与 {pattern!r} 匹配的字段"),
}

MESSAGE_PHRASES = {
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
        "{n} of {of} replications failed and are not in the figures",
        "{of} 次重复中有 {n} 次失败，未计入结果",
    ),
    "message.nothing": ("no replication succeeded", "没有一次重复成功"),
    "message.step": ("{stage}: {done} of {total}", "{stage}：{done}/{total}"),
    "message.next": ("next: {command}", "下一步：{command}"),
    "stage.simulate": ("simulating", "模拟"),
}

REPORT_PHRASES = {
    "run.title": (
        "{title}: what {policy} costs",
        "{title}：{policy} 的成本",
    ),
    "run.basis": (
        "{replications} replications of {days} days, seed {seed}, {level} intervals, figures in {currency}; "
        "costs are positive, credits negative",
        "{days} 天 x {replications} 次重复，种子 {seed}，{level} 区间，金额单位 {currency}；成本为正，收入为负",
    ),
    "run.changes": ("what differs from {base}", "与 {base} 的不同"),
    "run.more": ("and {n} more; `warrantysim diff` lists them", "另有 {n} 处；可用 `warrantysim diff` 查看"),
    "run.total": (
        "{currency} {total} a year ({low} .. {high}): {cash} cash and {expected} expected, {claims} claims",
        "每年 {currency} {total}（{low} .. {high}）：现金 {cash}，预期 {expected}，工单 {claims} 件",
    ),
    "run.by_category": ("COST BY CATEGORY", "按费用项目"),
    "run.by_market": ("COST BY MARKET", "按市场"),
    "run.by_sku": ("COST BY PRODUCT", "按产品"),
    "run.by_route": ("WHAT WAS DONE WITH CLAIMS", "按处理方式"),
    "run.compared": ("RULES COMPARED", "规则对比"),
    "run.days": (
        "days to resolved: half within {p50}, nine in ten within {p90}",
        "解决天数：半数在 {p50} 天内，九成在 {p90} 天内",
    ),
    "run.difference": (
        "{saving} a year against {base} ({low} .. {high})",
        "比 {base} 每年 {saving}（{low} .. {high}）",
    ),
    "run.no_difference": (
        "no detectable difference; it would take about {n} replications",
        "无可检测差异；约需 {n} 次重复才能分辨",
    ),
    "run.no_difference_at_all": ("no difference at all", "完全相同"),
    "run.provenance": (
        "warrantysim {version}, scenario {digest}, seed {seed}",
        "warrantysim {version}，情景 {digest}，种子 {seed}",
    ),
}

PHRASES = {**SCENARIO_PHRASES, **MESSAGE_PHRASES, **REPORT_PHRASES}
"""Every phrase by key."""

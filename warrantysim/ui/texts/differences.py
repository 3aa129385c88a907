"""Texts of what differs and what is wrong, shared by the pages that change scenarios."""

from __future__ import annotations

TEXTS = {
    "differences.none": ("Nothing differs.", "没有差异。"),
    "differences.more": ("{n} more", "另有 {n} 项"),
    "differences.alt": ("{n} differences, old and new", "{n} 项差异：原值与新值"),
    "differences.called": ("Figure", "参数"),
    "differences.path": ("Path", "路径"),
    "differences.old": ("Old", "原值"),
    "differences.new": ("New", "新值"),
    "differences.unit": ("Unit", "单位"),
    "differences.source": ("Source", "来源"),
    "differences.wrong": (
        "{n} problems. Nothing is kept until all of them are put right.",
        "共 {n} 个问题。全部修正之前不会保存任何内容。",
    ),
    "differences.wrong.one": (
        "One problem. Nothing is kept until it is put right.",
        "共 1 个问题。修正之前不会保存任何内容。",
    ),
    "differences.where": ("File or place", "文件或位置"),
    "differences.row": ("Row", "行"),
    "differences.column": ("Column", "列"),
    "differences.cell": ("Cell", "单元格"),
    "differences.message": ("What is expected, and the remedy", "应为何值及如何修正"),
    "keeping.name": ("Name of the what-if", "情景名称"),
    "keeping.name_help": (
        "Small letters, digits, - and _. The same name makes the next version; the versions before stay as they are.",
        "小写字母、数字、- 和 _。同名则生成下一个版本，之前的版本保持不变。",
    ),
    "keeping.title": ("Title for people", "显示名称"),
    "keeping.why": ("Why (required)", "原因（必填）"),
    "keeping.why_help": ("What somebody else should know in a year.", "一年后他人需要了解的原因。"),
    "keeping.keep": ("Keep as a new version", "保存为新版本"),
    "keeping.nobody": (
        "No name is given: the record will name the program. Your name goes into the field at the side.",
        "尚未填写姓名：记录将显示为程序本身。请在侧栏填写您的姓名。",
    ),
    "keeping.why_missing": ("Say why: it is kept with the version.", "请填写原因：原因会随版本保存。"),
    "keeping.bad_name": (
        "“{name}” cannot be a name: small letters, digits, - and _, beginning with a letter or digit.",
        "“{name}”不能用作名称：仅限小写字母、数字、- 和 _，以字母或数字开头。",
    ),
    "keeping.kept": (
        "Kept as {ref}. It is never changed; a later edit makes the next version.",
        "已保存为 {ref}。此版本不再改动；后续修改将生成下一个版本。",
    ),
    "keeping.same": ("{ref} states exactly this already; nothing new was kept.", "{ref} 已与此完全相同，未新增版本。"),
    "month.title": ("What now: month-end", "下一步：月末更新"),
    "month.explain": (
        "Compare the new figures with those before on the same claims and luck, and run the pinned what-ifs again on "
        "the new figures.",
        "在相同工单与随机数下将新数据与之前对比，并在新数据上重新运行已固定的情景。",
    ),
    "month.run": ("Re-run pinned on the new figures", "用新数据重新运行已固定情景"),
    "month.compare": ("Compare {new} with {old}", "对比 {new} 与 {old}"),
    "month.pinned": ("Pinned: {names}", "已固定：{names}"),
    "month.none_pinned": (
        "No what-if is pinned; only new and old figures are compared. Pin what-ifs on the Scenarios page.",
        "尚未固定任何情景，仅对比新旧数据。可在“情景”页固定。",
    ),
    "month.left_out": (
        "Cannot be carried over to the new figures: {name}. {problem}",
        "无法套用到新数据：{name}。{problem}",
    ),
    "month.cannot": ("This cannot be run: {problem}", "无法运行：{problem}"),
    "month.open": ("Open the comparison: month over month", "打开对比：环比"),
    "month.replications": ("Simulated years", "模拟年数"),
}

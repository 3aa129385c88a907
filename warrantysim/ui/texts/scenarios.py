"""Texts of the page with scenarios."""

from __future__ import annotations

TEXTS = {
    "scenarios.title": ("What if", "情景"),
    "scenarios.no_files": (
        "No scenario was found: neither shipped files nor kept versions. The setting WARRANTYSIM_SCENARIOS names the "
        "folder of scenario files.",
        "未找到任何情景：既无自带文件，也无已保存版本。请用 WARRANTYSIM_SCENARIOS 指定情景文件夹。",
    ),
    "scenarios.sentence": (
        "Scenarios from files: {shipped}. What-ifs made here: {kept}, in versions: {versions}. A version is never "
        "changed: what was run stays what was run.",
        "自带情景 {shipped} 个；本工作区新建情景 {kept} 个，共 {versions} 个版本。版本一经保存不再改动，"
        "已运行的内容始终可追溯。",
    ),
    "scenarios.part": ("Part of the page", "页面内容"),
    "scenarios.tree": ("All what-ifs", "全部情景"),
    "scenarios.new": ("New what-if", "新建情景"),
    "scenarios.edit": ("Edit a table", "编辑数据表"),
    "scenarios.tree_alt": ("{n} scenarios, each below what it was made from", "{n} 个情景，按来源分层"),
    "scenarios.what_if": ("What-if", "情景"),
    "scenarios.called": ("Title", "标题"),
    "scenarios.states": ("States otherwise", "变更内容"),
    "scenarios.why": ("Why", "原因"),
    "scenarios.state": ("State", "状态"),
    "scenarios.runs": ("Runs", "运行数"),
    "scenarios.pinned": ("Pinned", "已固定"),
    "scenarios.who": ("Who", "操作人"),
    "scenarios.at": ("When (UTC)", "时间（UTC）"),
    "scenarios.choose": ("Open a scenario", "打开情景"),
    "scenarios.everything": ("states everything", "完整情景"),
    "scenarios.uploaded": ("tables from upload {upload}", "来自上传 {upload} 的数据表"),
    "scenarios.rows_changed": ("edited rows or rules", "编辑了数据表或规则"),
    "scenarios.shipped": ("shipped file", "自带文件"),
    "scenarios.kept": ("kept, not run yet", "已保存，未运行"),
    "scenarios.was_run": ("kept and run, closed", "已运行，不可改"),
    "scenarios.shipped_is": (
        "A file as shipped. An edit of it here makes a version of yours; the file stays as it is.",
        "自带文件。在此修改会另存为您的版本，原文件不变。",
    ),
    "scenarios.version_is": ("{ref}, kept by {who} on {at} UTC.", "{ref}，{who} 于 {at} UTC 保存。"),
    "scenarios.never_changed": (
        "It is never changed; an edit makes version {next} or later.",
        "此版本不再改动；修改将生成版本 {next} 或更后版本。",
    ),
    "scenarios.is_base": (
        "This scenario states everything; the others state only what differs from it.",
        "此为完整情景；其他情景只写明与其不同之处。",
    ),
    "scenarios.differs_from": ("Differs from {parent}", "与 {parent} 的差异"),
    "scenarios.parent_gone": (
        "{parent}, which it was made from, cannot be read here; its own figures are whole all the same.",
        "来源版本 {parent} 在此无法读取；但本情景自身数据完整。",
    ),
    "scenarios.simulate": ("Simulate", "模拟"),
    "scenarios.decide": ("Decide", "求解规则"),
    "scenarios.compare": ("Compare with {parent}", "与 {parent} 对比"),
    "scenarios.duplicate": ("Duplicate", "复制"),
    "scenarios.pin": ("Pin", "固定"),
    "scenarios.unpin": ("Unpin", "取消固定"),
    "scenarios.pin_help": (
        "Pinned what-ifs are run again whenever new figures come in.",
        "已固定的情景会在导入新数据后重新运行。",
    ),
    "scenarios.open_result": ("Open the result", "查看结果"),
    "scenarios.yaml_differences": ("YAML, differences only", "YAML（仅差异）"),
    "scenarios.yaml_help": (
        "Put it beside the file it extends; warrantysim validate and every command read it.",
        "请放在其 extends 所指文件旁；warrantysim validate 及所有命令均可读取。",
    ),
    "scenarios.yaml_whole": ("YAML, whole", "YAML（完整）"),
    "scenarios.to_inputs": ("See all of its figures", "查看全部数据"),
    "scenarios.runs_of": ("{n} runs used it", "{n} 次运行使用了它"),
    "scenarios.runs_of.one": ("One run used it", "1 次运行使用了它"),
    "scenarios.never_run": ("No finished run rests on it.", "尚无完成的运行使用它。"),
    "scenarios.run": ("Run", "运行"),
    "scenarios.kind": ("Kind", "类型"),
    "scenarios.kind_simulate": ("simulation", "模拟"),
    "scenarios.kind_decide": ("decision", "决策"),
    "scenarios.kind_compare": ("comparison", "对比"),
    "scenarios.label": ("Asked for as", "说明"),
    "scenarios.version": ("Version", "版本"),
    "scenarios.versions_of": ("{n} versions of {name}", "{name} 共 {n} 个版本"),
    "scenarios.versions_of.one": ("The only version of {name}", "{name} 仅有 1 个版本"),
    "scenarios.new_how": (
        "Find a field, say what it becomes, add it; as many as you need. You see old and new before anything is kept.",
        "查找参数、填写新值、添加变更，可添加多项。保存前先显示原值与新值。",
    ),
    "scenarios.from": ("Based on", "基于"),
    "scenarios.changes_so_far": ("{n} changes so far", "已添加 {n} 项变更"),
    "scenarios.changes_so_far.one": ("One change so far", "已添加 1 项变更"),
    "scenarios.no_changes": ("Nothing is changed yet.", "尚无变更。"),
    "scenarios.take_back": ("Remove", "移除"),
    "scenarios.open_kept": ("Open it", "打开"),
    "scenarios.edit_how": (
        "Edit cells, add rows at the end, or select rows and delete them. Every edit is checked at once as if it were "
        "a file; the scenario it comes from stays as it is.",
        "可编辑单元格、在末尾加行，或选中整行删除。每次编辑都会按文件标准立即校验；来源情景保持不变。",
    ),
    "scenarios.number_help": ("Row number as problems name it", "问题提示中的行号"),
    "scenarios.grid_alt": (
        "Editable table {table}, {n} rows, keyed by {keys}",
        "可编辑数据表 {table}，{n} 行，主键 {keys}",
    ),
}

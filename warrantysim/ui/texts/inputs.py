"""Texts of the page with data and assumptions."""

from __future__ import annotations

TEXTS = {
    "inputs.title": ("What the figures rest on", "数据与假设"),
    "inputs.no_files": (
        "No scenario was found: neither shipped files nor kept versions. The setting WARRANTYSIM_SCENARIOS names the "
        "folder of scenario files.",
        "未找到任何情景：既无自带文件，也无已保存版本。请用 WARRANTYSIM_SCENARIOS 指定情景文件夹。",
    ),
    "inputs.scenario": ("Scenario", "情景"),
    "inputs.unreadable": ("{ref} cannot be read: {problem}", "{ref} 无法读取：{problem}"),
    "inputs.part": ("Part of the page", "页面内容"),
    "inputs.tables": ("Tables", "数据表"),
    "inputs.figures": ("Single figures", "单项参数"),
    "inputs.register": ("Assumptions register", "假设清单"),
    "inputs.bring": ("Bring in files", "上传数据"),
    "inputs.log": ("Who changed what", "变更记录"),
    "inputs.comma": (", ", "、"),
    "inputs.sentence": (
        "{tables} tables with {rows} rows and {figures} single figures: {shares}. How far they may lie off is stated "
        "for {unsure} of them.",
        "共 {tables} 张数据表 {rows} 行、{figures} 项单项参数：{shares}。其中 {unsure} 项注明了可能的偏差范围。",
    ),
    "inputs.as_shipped": (
        "As shipped, files of {since}; nobody changed it in this workspace.",
        "自带文件（{since}），本工作区内无人修改。",
    ),
    "inputs.last": (
        "Last changed by {who} on {at} UTC with {ref}: {why}",
        "最近由 {who} 于 {at} UTC 修改（{ref}）：{why}",
    ),
    "inputs.search": ("Search", "搜索"),
    "inputs.search_in": ("a word, a path, a product", "关键词、路径或产品"),
    "inputs.marks": ("Marks", "标记"),
    "inputs.mark": ("Mark", "标记"),
    "inputs.found": ("{n} of {rows} rows", "{rows} 行中的 {n} 行"),
    "inputs.no_rows": ("No row fits search and marks.", "没有符合搜索和标记的行。"),
    "inputs.empty_table": ("This table has no rows in this scenario.", "此情景中该表为空。"),
    "inputs.table": ("Table", "数据表"),
    "inputs.one_table": ("One table", "查看单张数据表"),
    "inputs.called": ("Called", "名称"),
    "inputs.about": ("What it holds", "内容"),
    "inputs.rows": ("Rows", "行数"),
    "inputs.changed": ("Date", "日期"),
    "inputs.who": ("Changed by", "修改人"),
    "inputs.version": ("Version", "版本"),
    "inputs.by": ("changed with {ref} by {who} on {at}", "{who} 于 {at} 修改（{ref}）"),
    "inputs.file_of": ("file of {day}", "文件日期 {day}"),
    "inputs.tables_alt": ("{n} tables with rows, marks and who changed them", "{n} 张数据表：行数、标记与修改人"),
    "inputs.rows_alt": ("{n} rows of table {table}", "数据表 {table} 的 {n} 行"),
    "inputs.figures_alt": ("{n} figures with unit, source and mark", "{n} 项参数：单位、来源与标记"),
    "inputs.register_alt": ("{n} assumptions with low, high and reason", "{n} 项假设：低值、高值与理由"),
    "inputs.columns_of": ("Columns of this table: unit, range, meaning", "本表各列：单位、范围与含义"),
    "inputs.column": ("Column", "列"),
    "inputs.unit": ("Unit", "单位"),
    "inputs.range": ("Range", "范围"),
    "inputs.doc": ("Meaning", "含义（英文）"),
    "inputs.csv": ("{table} as CSV", "{table}（CSV）"),
    "inputs.xlsx": ("{table} as Excel", "{table}（Excel）"),
    "inputs.blank": ("Empty template of {table}", "{table} 空白模板"),
    "inputs.workbook": ("All tables as one workbook", "全部数据表（一个工作簿）"),
    "inputs.blank_workbook": ("Empty templates of all tables", "全部空白模板"),
    "inputs.section": ("Section", "分组"),
    "inputs.path": ("Path", "路径"),
    "inputs.value": ("Value", "数值"),
    "inputs.stated": ("Stated now", "当前值"),
    "inputs.source": ("Source", "来源"),
    "inputs.also_unset": ("also what is not stated", "同时显示未填写项"),
    "inputs.figures_note": (
        "Source and mark are those stated beside the figure in the scenario file, or by its section; a figure changed "
        "in a kept version has that version's reason as its source and counts as assumed.",
        "来源与标记取自情景文件中的注释或所属部分；在已保存版本中修改过的参数，以该版本的原因为来源，并按假设计。",
    ),
    "inputs.low": ("Low", "低值"),
    "inputs.high": ("High", "高值"),
    "inputs.reason": ("Why uncertain, and why so far", "不确定的原因与幅度"),
    "inputs.no_register": ("This scenario states no assumptions.", "此情景未列出假设。"),
    "inputs.register_note": (
        "Sensitivity moves each figure between low and high. Bring in the table “assumptions” to add or change rows.",
        "敏感性分析在低值与高值之间变动各参数。上传 assumptions 表即可增改。",
    ),
    "inputs.bring_how": (
        "Take a table or the whole workbook from the part Tables, edit it, and bring it back here. It is checked "
        "completely, against the scenario chosen above; you see old and new before anything is kept.",
        "先在“数据表”下载单表或整个工作簿，编辑后在此上传。系统会对照上方所选情景完整校验；保存前先显示原值与新值。",
    ),
    "inputs.which": ("Which table is it?", "这是哪张表？"),
    "inputs.by_name": ("as file or sheets are named", "按文件名或工作表名识别"),
    "inputs.files_label": (
        "Files: CSV or Excel (.xlsx); drop them here or browse",
        "文件：CSV 或 Excel（.xlsx），拖到此处或点击浏览",
    ),
    "inputs.files_help": (
        "Up to {mib} MiB. CSV in UTF-8 with commas (GB18030 is read and said); Excel as .xlsx, no macros. A workbook's "
        "sheets are named after their tables.",
        "不超过 {mib} MiB。CSV 须为逗号分隔的 UTF-8（GB18030 也可读取并提示）；Excel 须为 .xlsx，不含宏；"
        "工作表名即数据表名。",
    ),
    "inputs.limits": (
        "Up to {mib} MiB at once. Nothing is kept while anything is wrong.",
        "一次不超过 {mib} MiB。只要有任何问题，就不会保存。",
    ),
    "inputs.read": ("{file}: table {table}, {rows} rows read", "{file}：数据表 {table}，读取 {rows} 行"),
    "inputs.gb18030": (
        "{file} is not UTF-8 and was read as GB18030. Look at its Chinese text below before keeping it.",
        "{file} 不是 UTF-8，已按 GB18030 读取。保存前请核对下方中文。",
    ),
    "inputs.remedy": (
        "Put this right in your file and bring it again. Names and sums across tables are looked at once every cell "
        "can be read, so that a second list may follow.",
        "请在文件中修正后重新上传。所有单元格均可读取后，才会检查各表之间的名称与合计，因此可能还有第二份清单。",
    ),
    "inputs.would_change": ("What would change", "将发生的变更"),
    "inputs.made_from": ("What this scenario was made from", "此情景的来历"),
    "inputs.only_file": (
        "It is a file as shipped, of {since}; no version of it was kept here.",
        "这是自带文件（{since}），尚未在此保存过版本。",
    ),
    "inputs.files_kept": ("Files that were brought in, as they came", "已上传的原始文件"),
    "inputs.no_uploads": ("No file was brought in yet.", "尚未上传文件。"),
    "inputs.log_of": ("Log", "日志"),
    "inputs.no_log": ("Nothing was kept yet.", "尚无保存记录。"),
    "inputs.parent": ("Made from", "来源版本"),
    "inputs.at": ("When (UTC)", "时间（UTC）"),
    "inputs.what": ("What", "事项"),
    "inputs.did_scenario": ("scenario kept", "保存情景"),
    "inputs.did_upload": ("files kept", "保存上传文件"),
    "inputs.did_pins": ("pins changed", "更改固定情景"),
    "inputs.upload_of": ("From upload", "来自上传"),
    "inputs.files": ("Files", "文件"),
    "inputs.why": ("Why", "原因"),
}

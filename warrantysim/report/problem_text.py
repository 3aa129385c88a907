"""Problems of scenarios and their tables in Chinese, clause by clause; what has no pattern stays as it was written.

The English text is made where the problem is found; it says what was expected, what was found, and the remedy, with
``; `` between. Names, values and numbers are taken over unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from warrantysim.report.wording import Lang

_CLAUSES: Sequence[tuple[str, str]] = (
    (r"did you mean (.+)\?", "是否为 {0}？"),
    (r"expected one of (.+), got (.+)", "应为以下之一：{0}；实际为 {1}"),
    (r"expected one of (.+)", "应为以下之一：{0}"),
    (r"expected a number above (.+), got (.+)", "应为大于 {0} 的数值，实际为 {1}"),
    (r"expected a number of at least (.+), got (.+)", "应为不小于 {0} 的数值，实际为 {1}"),
    (r"expected a number below (.+), got (.+)", "应为小于 {0} 的数值，实际为 {1}"),
    (r"expected a number of at most (.+), got (.+)", "应为不大于 {0} 的数值，实际为 {1}"),
    (r"expected a finite number, got (.+)", "应为有限数值，实际为 {0}"),
    (r"expected a whole number of fewer digits, got (.+)", "整数位数过多：{0}"),
    (r"expected a whole number, got (.+)", "应为整数，实际为 {0}"),
    (r"expected a number or a distribution, got (.+)", "应为数值或分布，实际为 {0}"),
    (r"expected a number or one distribution such as (.+)", "应为数值或一个分布，例如 {0}"),
    (r"expected a number, got (.+)", "应为数值，实际为 {0}"),
    (r"expected true or false, got (.+)", "应为 true 或 false，实际为 {0}"),
    (r"expected one line without control characters, got (.+)", "应为不含控制字符的单行文本，实际为 {0}"),
    (r"expected text without control characters, got (.+)", "应为不含控制字符的文本，实际为 {0}"),
    (r"take out (.+)", "请删去 {0}"),
    (r"expected text of the form (.+), got (.+)", "文本格式应为 {0}，实际为 {1}"),
    (r"expected text, got (.+)", "应为文本，实际为 {0}"),
    (r"expected a date such as (\S+), got (.+)", "应为日期，例如 {0}，实际为 {1}"),
    (r"expected a date and time such as (\S+), got (.+)", "应为日期时间，例如 {0}，实际为 {1}"),
    (r"expected a day from (\S+) to (\S+), got (.+)", "日期应在 {0} 至 {1} 之间，实际为 {2}"),
    (r"expected an ISO currency code such as USD, got (.+)", "应为 ISO 币种代码，例如 USD，实际为 {0}"),
    (r"expected an amount with its currency, such as '58 USD', got (.+)", "金额须带币种，例如 58 USD，实际为 {0}"),
    (r"expected an amount of at least 0, got (.+)", "金额不得小于 0，实际为 {0}"),
    (r"expected an amount in (\S+), got (.+)", "金额币种应为 {0}，实际为 {1}"),
    (r"expected (.+), the market's currency, got (.+)", "应为市场币种 {0}，实际为 {1}"),
    (r"expected (\d+) cells as in the header, got (\d+)", "应有 {0} 个单元格（与表头一致），实际 {1} 个"),
    (r"put text with commas in double quotes", "含逗号的文本请用双引号括起"),
    (r"expected a header row, such as (.+)", "缺少表头行，例如 {0}"),
    (r"expected low below high, got (.+) and (.+)", "低值应小于高值，实际为 {0} 与 {1}"),
    (r"expected a row for (.+)", "缺少 {0} 的行"),
    (r"expected an entry for (\w+) (.+)", "缺少 {0} {1} 的条目"),
    (r"expected at least (\d+) item\(s\), got (\d+)", "至少需要 {0} 项，实际 {1} 项"),
    (r"expected at least (\d+) character\(s\), got (.+)", "至少需要 {0} 个字符，实际为 {1}"),
    (r"expected rows, since (.+)", "应有数据行，因为 {0}"),
    (r"expected terms of sale to begin on the first of a month, got (.+)", "销售条款须从每月 1 日开始，实际为 {0}"),
    (r"expected path=value, path\*=factor or path\+=addend", "应写作 路径=值、路径*=倍数 或 路径+=增加值"),
    (r"unknown column (.+)", "未知列名 {0}"),
    (r"missing column '(\w+)'(?: \(.+\))?", "缺少列 {0}"),
    (r"column (\d+) has no name", "第 {0} 列没有列名"),
    (r"column (.+) is stated twice", "列 {0} 重复"),
    (r"full-width characters in (.+)", "{0} 中有全角字符"),
    (r"a comma in (.+)", "{0} 中有逗号"),
    (r"a thousands separator in (.+)", "{0} 中有千分位分隔符"),
    (r"write (.+) with a decimal point", "请用小数点写作 {0}"),
    (r"(.+) may mean (.+) or (.+)", "{0} 可能是 {1} 或 {2}"),
    (r"(.+) is in another currency than the row, (\S+)", "{0} 与该行币种 {1} 不同"),
    (r"convert it, or correct the currency", "请换算，或更正币种"),
    (r"(.+) names a currency", "{0} 带有币种"),
    (r"(.+) is an amount", "{0} 是金额"),
    (r"(.+) is no unit that is known here", "无法识别单位 {0}"),
    (r"no figure can be read from (.+)", "{0} 无法读作数值"),
    (r"write digits with a decimal point", "请只写数字和小数点"),
    (r"convert the figure to (.+)", "请换算为 {0}"),
    (r"write a figure in (.+)", "请填写以 {0} 计的数值"),
    (r"write the figure alone, converted to the (.+)", "请换算为 {0} 后只写数字"),
    (r"write the figure alone, in the unit of the column or key", "请只写数字，单位由列或字段规定"),
    (r"write (.+) for a share", "比例请写作 {0}"),
    (r"write (\S+) in days \(a year counts 365 days\)", "请写作 {0}（天，一年按 365 天计）"),
    (r"write (\S+) or (\S+) in (.+), whichever (.+) means", "请按 {3} 的本意写作 {0} 或 {1}（{2}）"),
    (r"write (\S+) in (.+)", "请写作 {0}（{1}）"),
    (r"write ('.+'|[0-9.]+) or ('.+'|[0-9.]+)", "请写作 {0} 或 {1}"),
    (r"write (.+)", "请写作 {0}"),
    (r"duplicate key (.+)", "主键重复：{0}"),
    (r"duplicate key", "主键重复"),
    (r"first stated in (.+)", "首次出现在 {0}"),
    (r"unknown SKU (.+)", "未知产品编号 {0}"),
    (r"unknown market (.+)", "未知市场 {0}"),
    (r"unknown channel (.+)", "未知销售渠道 {0}"),
    (r"unknown disposition (.+)", "未知处置方式 {0}"),
    (r"unknown key (.+)", "未知字段 {0}"),
    (r"unknown (\w[\w ]*) ('.+')", "未知的 {0}：{1}"),
    (r"missing", "缺少该值"),
    (r"matches nothing", "没有匹配项"),
    (r"there is (.+)", "现有：{0}"),
    (r"changed twice, first by (.+)", "重复变更，首次为 {0}"),
    (r"has no value to change", "此处没有可变更的值"),
    (r"the file is empty", "文件为空"),
    (r"save it as UTF-8", "请另存为 UTF-8"),
    (r"the file is binary \(it holds NUL bytes\)", "文件为二进制（含 NUL 字节）"),
    (r"expected text", "应为文本文件"),
    (r"the text is in no encoding that is read", "文本编码无法识别"),
    (r"the encoding cannot be told: it may say (.+) or (.+)", "编码无法确定：可能是 {0} 或 {1}"),
    (r"the encoding cannot be told: it may say (.+)", "编码无法确定：可能是 {0}"),
    (r"save the file as UTF-8", "请另存为 UTF-8"),
    (r"the text is not (\S+), which its first bytes announce", "文件标明为 {0}，实际不是"),
    (r"decimal commas were read as decimal points", "小数逗号已按小数点读取"),
    (r"not valid CSV: (.+)", "不是有效的 CSV：{0}"),
    (r"the file has (\S+) MiB, at most (\S+) MiB are read", "文件为 {0} MiB，最多读取 {1} MiB"),
    (r"(\S+) MiB are more than the (\d+) MiB read at once", "共 {0} MiB，一次最多读取 {1} MiB"),
    (r"the table has more than (\S+) rows", "数据表超过 {0} 行"),
    (r"the sheet has (\S+) rows, at most (\S+) are read", "工作表有 {0} 行，最多读取 {1} 行"),
    (r"the workbook unpacks to (\S+) MiB, at most (\S+) are read", "工作簿解压后为 {0} MiB，最多读取 {1} MiB"),
    (
        r"the sheet reaches to row (\S+) and column (\S+), too far to be a table",
        "工作表延伸至第 {0} 行、第 {1} 列，不可能是数据表",
    ),
    (r"delete the cells far from it", "请删除远离数据的单元格"),
    (r"an old \.xls workbook, or one with a password", "旧版 .xls 工作簿，或设有密码"),
    (r"save it as \.xlsx without a password", "请另存为不带密码的 .xlsx"),
    (r"the workbook takes more than (\S+) s to read", "读取工作簿超过 {0} 秒"),
    (r"save it as \.csv", "请另存为 .csv"),
    (r"the workbook has (\d+) sheets, at most (\d+) are read", "工作簿有 {0} 张工作表，最多读取 {1} 张"),
    (r"the workbook is damaged, or too large to read", "工作簿已损坏，或过大而无法读取"),
    (r"the workbook is damaged", "工作簿已损坏"),
    (r"not an \.xlsx workbook, or damaged", "不是 .xlsx 工作簿，或已损坏"),
    (r"not an \.xlsx workbook", "不是 .xlsx 工作簿"),
    (r"the workbook cannot be read: (.+)", "工作簿无法读取：{0}"),
    (r"save it again as \.xlsx or \.csv", "请重新另存为 .xlsx 或 .csv"),
    (r"save it as \.xlsx or \.csv", "请另存为 .xlsx 或 .csv"),
    (r"save it as \.xlsx", "请另存为 .xlsx"),
    (r"save it again", "请重新保存"),
    (r"workbooks with macros are not read", "不读取含宏的工作簿"),
    (r"expected a \.csv or \.xlsx file, got (.+)", "应为 .csv 或 .xlsx 文件，实际为 {0}"),
    (r"no table is called (.+)", "没有名为 {0} 的数据表"),
    (r"no sheet (.+)", "没有工作表 {0}"),
    (r"the workbook holds no table", "工作簿中没有数据表"),
    (r"its sheets are named after them, such as skus", "工作表须以数据表命名，例如 skus"),
    (r"(.+) is billed as (.+)", "{0} 的计费重量或尺寸为 {1}"),
    (r"card (.+) of (\S+) carries up to (.+)", "{1} 的价目表 {0} 最多承运 {2}"),
    (r"add a rate for it, or a card of a carrier that takes it", "请为其增加价格，或改用可承运的承运商"),
    (
        r"card (.+) of (\S+?)(?: in zone (\S+))? has no price on (\S+), the first day claims are born",
        "{1} 的价目表 {0} 在索赔首日 {3} 没有价格",
    ),
    (r"its first price is from (.+)", "首个价格自 {0} 起"),
    (
        r"expected a fault of kind no_fault_found for (\S+), "
        r"since births\.opportunistic has owners in (.+) claim without a fault",
        "{0} 应有 no_fault_found 类故障，因为 births.opportunistic 规定 {1} 有无故障索赔",
    ),
    (
        r"(\S+) is sold in (\S+) from (\S+), but sku_markets has terms only from (.+)",
        "{0} 自 {2} 起在 {1} 销售，而 sku_markets 的条款自 {3} 起",
    ),
    (r"(\S+) units are sold in the months a run sees, most of them here", "模拟所涉月份共售出 {0} 件，大部分在此行"),
    (
        r"expected at most (\S+), state a part of the products, or sales in hundreds",
        "最多 {0} 件；请只列部分产品，或以百件计销量",
    ),
    (r"expected at most (\S+) replications, got (.+)", "重复次数最多 {0}，实际为 {1}"),
    (r"expected minutes, (\S+) at most, got (.+)", "单位为分钟，最多 {0}，实际为 {1}"),
    (
        r"expected dollars for one (\S+), from (\S+) to (\S+), got (.+)",
        "应为 1 {0} 折合的美元，介于 {1} 与 {2}，实际为 {3}",
    ),
    (r"expected an amount of at most (\S+), got (.+)", "金额最多 {0}，实际为 {1}"),
    (r"expected a distribution with a finite mean", "分布的均值须为有限值"),
    (r"its spread is beyond all figures", "其离散程度过大"),
    (r"which table is this\? say so, or name the file after it", "无法识别这是哪张表，请选择，或以数据表命名文件"),
    (r"table (.+) is in several files", "数据表 {0} 出现在多个文件中"),
    (r"bring it once", "请只上传一次"),
    (r"name one value", "请指定一个值"),
    (r"set one", "请设定一个值"),
)
_PATTERNS = [(re.compile(pattern, re.DOTALL), told) for pattern, told in _CLAUSES]


def problem_text(message: str, lang: Lang = "en") -> str:
    """What a problem says, in a language."""
    if lang == "en":
        return message
    return "；".join(_clause(part) for part in message.split("; "))


def _clause(text: str) -> str:
    for pattern, told in _PATTERNS:
        if found := pattern.fullmatch(text):
            return told.format(*found.groups())
    return text

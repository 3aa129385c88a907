"""Texts of the page of quotes: what would flip the choice, and adding a quote."""

from __future__ import annotations

TEXTS = {
    "quotes.flips_why": (
        "At which figure would another choice be best? The rules stay as they were decided; every position is "
        "simulated "
        "on the same years. Each search is a job of some minutes.",
        "哪个数字变化到多少时，最优选择会改变？规则保持不变，每个取值都在相同年份下模拟。每次搜索约需数分钟。",
    ),
    "quotes.no_rivals": (
        "The study found only one set of rules: there is nothing to switch to.",
        "该研究只得出一组规则：没有可切换的选择。",
    ),
    "quotes.rivals": ("Choices that compete: {names}", "参与比较的选择：{names}"),
    "quotes.break_even": ("Break-even along one figure", "单一数字的临界点"),
    "quotes.map": ("Who wins where, over two figures", "两个数字的切换图"),
    "quotes.lever": ("Figure to turn", "变动的数字"),
    "quotes.low": ("From", "从"),
    "quotes.high": ("To", "到"),
    "quotes.flip_years": ("Years each", "每点年数"),
    "quotes.search": ("Search", "搜索"),
    "quotes.range_unit": ("Unit: {unit}; stated: {stated}.", "单位：{unit}；当前取值：{stated}。"),
    "quotes.low_high": ("Every range needs a lower end below its upper end.", "每个范围的下限必须小于上限。"),
    "quotes.map_x": ("Across", "横轴"),
    "quotes.map_y": ("Upright", "纵轴"),
    "quotes.x_low": ("Across from", "横轴从"),
    "quotes.x_high": ("Across to", "横轴到"),
    "quotes.y_low": ("Upright from", "纵轴从"),
    "quotes.y_high": ("Upright to", "纵轴到"),
    "quotes.steps": ("Steps a side", "每边格数"),
    "quotes.map_cost": ("{n} places at most are simulated.", "最多模拟 {n} 个位置。"),
    "quotes.draw_map": ("Draw the map", "绘制切换图"),
    "quotes.none_yet": ("None was made for these quotes yet.", "尚未为这些报价生成。"),
    "quotes.choose_breakeven": ("Break-even on screen", "显示的临界点"),
    "quotes.choose_switching": ("Map on screen", "显示的切换图"),
    "quotes.col_at": ("Changes at", "切换处"),
    "quotes.col_from": ("from", "下限"),
    "quotes.col_to": ("to", "上限"),
    "quotes.col_below": ("Best below", "以下最优"),
    "quotes.col_above": ("Best above", "以上最优"),
    "quotes.col_winner": ("Cheapest", "最省"),
    "quotes.col_clear": ("Clear", "明确"),
    "quotes.col_margin": ("Ahead of the next by", "领先次优"),
    "quotes.break_even_note": (
        "{n} positions were simulated. The pale band holds the positions at which the two could not be told apart.",
        "共模拟 {n} 个取值。浅色带内两者无法区分。",
    ),
    "quotes.map_note": (
        "Pale and marked ?: too close to call on these years.",
        "浅色并标 ?：在这些年份下难分高下。",
    ),
    "quotes.lever_volume": ("Sales volume (factor)", "销量（倍数）"),
    "quotes.lever_nff": ("Units without a fault (points of all claims)", "无故障率（占全部工单，百分点增减）"),
    "quotes.lever_freight": ("Freight rates (factor)", "运费（倍数）"),
    "quotes.lever_price": ("Prices of {quote} (factor)", "{quote} 的价格（倍数）"),
    "quotes.lever_yield": ("Yield of {quote}", "{quote} 的修复率"),
    "quotes.lever_fx": ("Exchange rate of {currency} (factor)", "{currency} 汇率（倍数）"),
    "quotes.add_why": (
        "Bring in a quote by file or type it in. It is read by the same rules either way, every problem is told with "
        "its "
        "place, and nothing is kept while anything is wrong. What is kept is a new version of the scenario.",
        "可上传文件或直接录入报价。两种方式按同样规则读取，所有问题会标明位置，有误时不保存任何内容。"
        "保存后成为情景的新版本。",
    ),
    "quotes.add_way": ("How", "方式"),
    "quotes.add_file": ("By file", "上传文件"),
    "quotes.add_form": ("By form", "填写表单"),
    "quotes.template": ("Template with every term (CSV)", "下载含全部条款的模板（CSV）"),
    "quotes.template_note": (
        "One term a row; fill in the column value and leave empty what the quote does not state. Amounts with their "
        "currency (58 USD), lists in brackets ([US]).",
        "每行一项条款；填写 value 列，报价未说明的留空。金额带币种（58 USD），列表用方括号（[US]）。",
    ),
    "quotes.upload": ("Quote as CSV or YAML, up to 2 MB", "报价文件（CSV 或 YAML，不超过 2 MB）"),
    "quotes.read": ("{n} quotes read without a problem: {names}", "已读取 {n} 份报价，没有问题：{names}"),
    "quotes.read.one": ("The quote was read without a problem: {names}", "报价已读取，没有问题：{names}"),
    "quotes.replaces": (
        "On this scenario's table there is already {names}: in the new version this quote takes its place.",
        "该情景已有 {names}：在新版本中将由此报价取代。",
    ),
    "quotes.form_title": ("Name of the partner *", "服务商名称 *"),
    "quotes.form_id": ("Short id", "短编号"),
    "quotes.form_id_help": (
        "Letters, digits, - and _; made from the name where empty. The id of a partner that is there replaces it.",
        "字母、数字、- 和 _；留空则由名称生成。与现有服务商编号相同则取代之。",
    ),
    "quotes.form_currency": ("Currency *", "币种 *"),
    "quotes.form_serves": ("Markets served *", "服务市场 *"),
    "quotes.form_choose": ("choose", "请选择"),
    "quotes.form_who": ("Who, for what, until when", "服务范围与有效期"),
    "quotes.form_prices": ("Prices of a unit", "单件价格"),
    "quotes.form_fixed": ("Fixed charges", "固定费用"),
    "quotes.form_service": ("Capacity, speed, warranty", "产能、时效与质保"),
    "quotes.form_contract": ("Contract", "合同条款"),
    "quotes.form_check": ("Check", "检查"),
    "quotes.choice_included": ("included up to a cap", "包含（有上限）"),
    "quotes.choice_cost_plus": ("at cost plus mark-up", "成本加价"),
    "quotes.choice_consigned": ("sent by the seller", "客供料"),
    "quotes.choice_labour": ("labour", "人工"),
    "quotes.choice_labour_and_parts": ("labour and parts", "人工与配件"),
}

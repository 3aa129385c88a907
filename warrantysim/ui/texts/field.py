"""Texts of the form for one field of the schema."""

from __future__ import annotations

TEXTS = {
    "field.search": ("Find a field by its words or path", "按名称、含义或路径查找参数"),
    "field.search_in": ("freight rate, parcels lost, horizon.days …", "运费、丢件率、warranty days、horizon.days…"),
    "field.none": (
        "No field has all of these words. Try fewer or other words.",
        "没有符合的参数，请减少或更换关键词。",
    ),
    "field.field": ("Field ({n} found)", "参数（找到 {n} 个）"),
    "field.any": ("all", "全部"),
    "field.empty": ("(empty)", "（空）"),
    "field.unit": ("Unit: {unit}.", "单位：{unit}。"),
    "field.range": ("Bounds: {range}.", "范围：{range}。"),
    "field.kind": ("Kind: {kind}.", "类型：{kind}。"),
    "field.base": ("Value in the base", "基础情景的值"),
    "field.places": ("{n} places", "{n} 处"),
    "field.places.one": ("one place", "1 处"),
    "field.not_there": (
        "The base has no such place; choose other keys, or add rows by editing the table.",
        "基础情景中无此项；请选择其他键，或通过编辑数据表添加行。",
    ),
    "field.how": ("How", "方式"),
    "field.set": ("set to", "设为"),
    "field.times": ("times", "乘以"),
    "field.plus": ("plus", "加上"),
    "field.by_times": ("Factor: 1.4 is 40 % more", "倍数：1.4 表示增加 40%"),
    "field.by_plus": ("Added, in the field's unit", "增加值（与参数同单位）"),
    "field.new": ("New value", "新值"),
    "field.choose": ("choose", "请选择"),
    "field.add": ("Add this change", "添加此项变更"),
    "field.form_text": ("As a scenario file would state it.", "与情景文件写法相同。"),
    "field.form_amount": ("An amount with its currency: 58 USD.", "金额须带币种：58 USD。"),
    "field.form_distribution": (
        "A number, or a distribution: {{lognormal: {{median: 4, sigma: 0.8}}}}.",
        "数值或分布：{{lognormal: {{median: 4, sigma: 0.8}}}}。",
    ),
    "field.form_list": ("A list in brackets: [US, DE].", "用方括号列出：[US, DE]。"),
    "field.form_mapping": ("A mapping in braces: {{FBA: 0.2}}.", "用花括号列出：{{FBA: 0.2}}。"),
    "field.form_dated": (
        "One value, or steps: [{{from: 2027-03-01, value: 30 USD}}].",
        "单个值或分段：[{{from: 2027-03-01, value: 30 USD}}]。",
    ),
}

"""Words about where figures come from and what is wrong with files. Each is (English, Chinese)."""

from __future__ import annotations

INPUT_PHRASES = {
    "mark.S": ("sourced", "有出处"),
    "mark.D": ("derived", "推算"),
    "mark.A": ("assumed", "假设"),
    "mark.none": ("not stated", "未注明"),
    "mark.nothing": ("nothing", "无"),
    "problem.file": ("The file cannot be read", "文件无法读取"),
    "problem.columns": ("Columns", "列名"),
    "problem.rows": ("Rows", "行"),
    "problem.cells": ("Values in cells", "单元格数值"),
    "problem.names": ("Names that do not exist", "不存在的名称"),
    "problem.world": ("Does not go together with the rest", "与其他数据不一致"),
    "input.agenda": ("Sheet", "工作表"),
    "input.about": ("What it holds", "内容"),
    "input.rows": ("Rows", "行数"),
    "input.how": (
        "Row 1 names the columns and must stay. Rows that begin with # are notes and are not read. Dates are written "
        "2027-03-01, shares as 0.15, amounts without separators. An empty cell takes the usual value. Add or delete "
        "rows as you need; leave out sheets you do not change.",
        "第 1 行为列名，请勿修改。以 # 开头的行为说明，不会读取。日期写作 2027-03-01，比例写作 0.15，金额不加千分位。"
        "空单元格取默认值。可增删行；不需修改的工作表可删除。",
    ),
    "input.pick": ("Choose one of the list", "请从列表中选择"),
    "about.skus": ("products with weight, size, duty and cost", "产品的重量、尺寸、关税与成本"),
    "about.sku_markets": ("price, landed cost, warranty and life by market", "各市场的标价、到岸成本、保修与寿命"),
    "about.sales": ("units sold a month by product, market and channel", "各产品、市场、渠道的月均销量"),
    "about.season": ("how calendar months differ in sales", "各月份销量系数"),
    "about.faults": ("what breaks, how often, and what it takes to repair", "故障类型、占比与维修所需"),
    "about.symptoms": ("what customers report for each kind of fault", "各类故障对应的客户描述"),
    "about.lots": ("production lots that fail otherwise than usual", "异常批次"),
    "about.claims_table": ("claims stated one by one instead of drawn", "逐单列明的工单"),
    "about.rate_cards": ("carriers' cards: how weight and size are billed", "承运商计费重规则"),
    "about.label_rates": ("prices of return labels by zone and weight", "退货标签分区分重价格"),
    "about.peak": ("surcharges in the peak season", "旺季附加费"),
    "about.freight_lanes": ("consolidated freight to and from China", "往返中国的集货运输线路"),
    "about.freight_breaks": ("its rates by quantity", "集货运费分档价格"),
    "about.tariffs": ("duties on top of the ordinary ones, by preset", "各关税方案的附加税率"),
    "about.customs": ("entry fees, exams and taxes of each market", "各市场报关费、查验与进口税"),
    "about.platform_fees": ("what the marketplace charges", "平台收取的费用"),
    "about.fx": ("exchange rates by date", "按日期的汇率"),
    "about.windows": ("return windows of the platform", "平台退货期"),
    "about.legal_floors": ("what the law demands by market and age", "各市场按机龄的法定要求"),
    "about.closures": ("holidays and slow weeks of calendars", "节假日与降速安排"),
    "about.stock": ("replacement stock and swap pool", "换货库存与周转机池"),
    "about.deliveries": ("stated deliveries of new stock", "列明的补货到货"),
    "about.assumptions": ("how far uncertain figures may lie off, and why", "不确定参数的高低范围与理由"),
}
"""Every phrase by key."""

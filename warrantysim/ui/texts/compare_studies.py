"""Texts of the studies beside a comparison."""

from __future__ import annotations

TEXTS = {
    "compare.study": ("Question", "问题"),
    "compare.study_tornado": ("What moves the answer", "影响结论的因素"),
    "compare.study_tornado_what": (
        "Each uncertain input goes to its low and its high; then all are drawn together, which tells how stable the "
        "answer is and which assumption is worth measuring first.",
        "各不确定输入逐一取低值与高值；再全部一起抽样，以说明结论有多稳定、应优先测量哪项假设。",
    ),
    "compare.study_breakeven": ("Break-even", "盈亏平衡点"),
    "compare.study_breakeven_what": (
        "At which value of one input another alternative becomes the cheapest, and how surely it lies there.",
        "某项输入取何值时最省方案改变，以及该值的把握程度。",
    ),
    "compare.study_map": ("Two-way map", "双因素图"),
    "compare.study_map_what": (
        "Which alternative is the cheapest at each place of two inputs.",
        "两项输入的各种组合下哪个方案最省。",
    ),
    "compare.study_simplicity": ("Price of simplicity", "简化的代价"),
    "compare.study_simplicity_what": (
        "What coarser rules and rounder cut-points cost a year: decided anew, then simulated on fresh years. Takes "
        "once or twice as long as a decision.",
        "更粗的规则与取整的阈值每年的代价：重新优化后以全新模拟年计价。用时约为一次决策的一到两倍。",
    ),
    "compare.study_levers": ("Levers", "可选措施"),
    "compare.study_levers_what": (
        "What you may choose besides the rule: warranty term, guides, evidence, service, dispatches, swap pool, "
        "technicians; and which fault is worth fixing first.",
        "规则之外可选择的措施：质保期、排障指南、凭证、服务方式、集货发运、周转机池、技师人数；以及应优先改进的故障。",
    ),
    "compare.ask_anew": ("Ask", "提问"),
    "compare.none_yet": ("Nothing was asked here yet.", "此处尚无结果。"),
    "compare.stored": ("Stored answer", "已存结果"),
    "compare.study_rests": ("Cases: {cases}; seed {seed}.", "方案：{cases}；种子 {seed}。"),
    "compare.study_years": ("{n} simulated years for every world.", "每个情景模拟 {n} 年。"),
    "compare.inputs_like": ("Uncertain inputs", "不确定输入"),
    "compare.inputs_of": ("{group} ({n})", "{group}（{n} 项）"),
    "compare.everything": ("all", "全部"),
    "compare.draws": ("Draws of all together", "联合抽样次数"),
    "compare.draws_help": (
        "0 for none, else at least 16. Each simulates both cases once more.",
        "0 表示不抽样，否则至少 16。每次抽样都会再模拟两个方案。",
    ),
    "compare.two_cases": ("{new} against {now}.", "{new} 与 {now} 对比。"),
    "compare.alternatives": ("Alternatives", "备选方案"),
    "compare.low": ("From", "从"),
    "compare.high": ("To", "到"),
    "compare.positions": ("Steps", "档数"),
    "compare.x_lever": ("Across", "横轴"),
    "compare.y_lever": ("Upward", "纵轴"),
    "compare.low_below_high": ("“From” has to be below “to”.", "“从”必须小于“到”。"),
    "compare.two_levers": ("Choose two different inputs.", "请选择两项不同的输入。"),
    "compare.in_world": ("In the world and under the rule of", "所用情景与规则"),
    "compare.lever_faults": ("which fault to fix first", "应优先改进的故障"),
    "compare.lever_path": ("any figure, by its path", "任意数值（按路径）"),
    "compare.path": ("Path, for any figure", "路径（任意数值）"),
    "compare.path_help": ("As `warrantysim schema` names it.", "写法见 `warrantysim schema`。"),
    "compare.at": ("Factors on what is stated", "对现行设定的倍数"),
    "compare.at_help": ("Several, apart by blanks.", "可填多个，以空格分隔。"),
    "compare.not_figures": (
        "Expected figures apart by blanks, got “{text}”.",
        "应为以空格分隔的数值，实际为“{text}”。",
    ),
    "compare.no_figures": ("Give at least one figure.", "请至少填写一个数值。"),
    "compare.turn_freight": ("freight rates, times", "运费费率（倍数）"),
    "compare.turn_sales": ("sales, times", "销量（倍数）"),
    "compare.turn_dollar": ("value of other currencies in dollars, times", "其他货币对美元汇率（倍数）"),
    "compare.turn_labels": ("parcel labels, times", "面单费率（倍数）"),
    "compare.as_factor": ("factor", "倍数"),
    "compare.as_addend": ("addend", "增量"),
    "compare.tornado_stated": (
        "As stated, **{new}** differs from **{now}** by **{currency} {mean}** a year ({low} to {high}).",
        "按设定值，**{new}** 与 **{now}** 每年相差 **{currency} {mean}**（{low} 至 {high}）。",
    ),
    "compare.tornado_flips": (
        "{n} inputs would change which is cheaper within their ranges: {names}.",
        "{n} 项输入会在其范围内改变哪一方案更便宜：{names}。",
    ),
    "compare.tornado_flips.one": (
        "1 input would change which is cheaper within its range: {names}.",
        "1 项输入会在其范围内改变哪一方案更便宜：{names}。",
    ),
    "compare.tornado_holds": (
        "No input within its range changes which is cheaper.",
        "任何输入在其范围内都不会改变哪一方案更便宜。",
    ),
    "compare.tornado_alt": ("Inputs, widest swing first", "输入，按影响幅度排序"),
    "compare.and": (", ", "、"),
    "compare.no_draws": (
        "Ask again with draws to learn how stable the answer is and what to measure first.",
        "若要了解结论的稳定性及应优先测量的假设，请加上联合抽样次数重新提问。",
    ),
    "compare.stability": ("How stable, and what to measure first", "稳定性与应优先测量的假设"),
    "compare.measure_title": ("What knowing an input is worth a year", "了解各输入的年度价值"),
    "compare.by_cell": ("By product and market", "按产品与市场"),
    "compare.scan": ("Cheapest at each position looked at", "各考察位置的最省方案"),
    "compare.simplicity_title": ("What simpler rules cost more a year", "简化规则每年多花多少"),
    "compare.yardstick": ("what others are held against", "比较基准"),
    "compare.lever_idle": (
        "Under this rule {lever} moves nothing: no claim goes where it acts. Try it under another rule.",
        "在该规则下，调整{lever}不起作用：没有工单经过它所影响的环节。请换一种规则再试。",
    ),
    "compare.lever_title": ("What turning {lever} costs or saves", "调整{lever}的成本或节省"),
}

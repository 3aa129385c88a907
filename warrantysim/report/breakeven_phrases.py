"""What break-even, switching map and sensitivity say. Each is (English, Chinese)."""

from __future__ import annotations

BREAKEVEN_PHRASES = {
    "stage.positions": ("positions compared", "已比较位置"),
    "stage.inputs": ("inputs turned", "已变动输入"),
    "stage.draws": ("draws compared", "已比较抽样"),
    "stage.spread": ("draws of the widest inputs compared", "已比较主要输入的抽样"),
    "breakeven.title": ("Where the best rule changes along {lever}", "沿 {lever} 变化时最优方案的切换点"),
    "breakeven.basis": (
        "{names} compared from {low} to {high} on the same {replications} years of luck, seed {seed}; as stated "
        "{lever} is {stated}. Rules are kept as the position moves.",
        "{names} 在 {low} 至 {high} 间以相同随机性比较（{replications} 次模拟，种子 {seed}）；"
        "{lever} 的设定值为 {stated}。位置变化时规则保持不变。",
    ),
    "breakeven.names_and": (" and ", "与"),
    "breakeven.partial": (
        "Stopped before the end: positions or changes of the best may be missing.",
        "提前停止：可能缺少部分位置或切换点。",
    ),
    "breakeven.always": ("Best from {low} to {high}: {name}.", "从 {low} 到 {high} 始终最优：{name}。"),
    "breakeven.switch": (
        "The best changes at {at} ({from_} to {to}): {below} below it, {above} above it.",
        "最优方案在 {at}（{from_} 至 {to}）处切换：低于该值为 {below}，高于为 {above}。",
    ),
    "breakeven.beyond": ("beyond the range", "超出范围"),
    "breakeven.scan": (
        "Best at each position, and by how much, {currency} a year",
        "各位置的最优方案及其领先额（每年 {currency}）",
    ),
    "breakeven.map_title": ("Which rule is best over {x} and {y}", "{x} 与 {y} 下的最优方案"),
    "breakeven.map_answer": (
        "Best in {n} of {of} places, {clear} of them beyond luck: {name}.",
        "在 {of} 个位置中的 {n} 个最优（其中 {clear} 个可与随机性区分）：{name}。",
    ),
    "breakeven.map": ("Across: {x}. Down: {y}. * could be luck", "横向：{x}；纵向：{y}。* 表示可能仅为随机性"),
    "how.turned": ("{what} ({how})", "{what}（{how}）"),
    "how.factor": ("factor", "倍数"),
    "how.addend": ("addend", "增减量"),
    "how.mix": ("points of the mix", "占比点数"),
    "acol.position": ("position", "位置"),
    "acol.best": ("best", "最优"),
    "acol.lead": ("ahead by", "领先"),
    "sensitivity.title": (
        "What moves the difference between {new} and {now}",
        "哪些输入影响 {new} 与 {now} 的差额",
    ),
    "sensitivity.basis": (
        "{n} inputs, one at a time at its low and high, on the same {replications} years of luck, seed {seed}; "
        "intervals of {level}; {currency} a year; minus means {new} is cheaper.",
        "{n} 个输入逐一取低值与高值，使用相同随机性（{replications} 次模拟，种子 {seed}）；区间为 {level}；"
        "单位为每年 {currency}；负数表示 {new} 更便宜。",
    ),
    "sensitivity.partial": (
        "Stopped before the end: what was asked for besides may be missing.",
        "提前停止：部分要求的结果可能缺失。",
    ),
    "sensitivity.left": ("{n} further inputs were not turned.", "另有 {n} 个输入尚未变动。"),
    "sensitivity.left.one": ("One further input was not turned.", "另有 1 个输入尚未变动。"),
    "sensitivity.stated": (
        "As stated, {new} differs by {currency} {mean} a year ({low} to {high}).",
        "按设定值，{new} 每年相差 {currency} {mean}（{low} 至 {high}）。",
    ),
    "sensitivity.no_flip": (
        "No input within its range changes which is cheaper.",
        "任何输入在其范围内都不会改变哪一方案更便宜。",
    ),
    "sensitivity.flips": ("Which is cheaper changes with: {names}.", "以下输入会改变哪一方案更便宜：{names}。"),
    "sensitivity.tornado": ("Widest first", "按影响幅度排序"),
    "sensitivity.stable": (
        "{name} is the cheaper one in {share} of {draws} draws of all inputs together; choosing it costs {currency} "
        "{regret} a year against choosing with every input known.",
        "在所有输入的 {draws} 次联合抽样中，{name} 在 {share} 的情形下成本更低；"
        "与所有输入事先已知时的选择相比，每年代价为 {currency} {regret}。",
    ),
    "sensitivity.cells": (
        "How often each cell's choice is the cheaper one, least stable first",
        "各单元的选择在多大比例的情形下成本更低（最不稳定者在前）",
    ),
    "sensitivity.idle": (
        "{n} inputs move nothing under these rules: no claim goes where they act.",
        "在这些规则下有 {n} 个输入不影响差额：没有工单经过它们所作用的环节。",
    ),
    "sensitivity.idle.one": (
        "One input moves nothing under these rules: no claim goes where it acts.",
        "在这些规则下有 1 个输入不影响差额：没有工单经过它所作用的环节。",
    ),
    "sensitivity.steady": (
        "In {n} further cells the same choice is the cheaper one in every draw.",
        "另有 {n} 个单元，每次抽样中都是同一选择成本更低。",
    ),
    "sensitivity.steady.one": (
        "In one further cell the same choice is the cheaper one in every draw.",
        "另有 1 个单元，每次抽样中都是同一选择成本更低。",
    ),
    "sensitivity.steady_all": (
        "In each of the {n} cells in which the rules differ, the same choice is the cheaper one in every draw.",
        "在规则不同的 {n} 个单元中，每次抽样都是同一选择成本更低。",
    ),
    "sensitivity.steady_all.one": (
        "In the one cell in which the rules differ, the same choice is the cheaper one in every draw.",
        "在规则不同的 1 个单元中，每次抽样都是同一选择成本更低。",
    ),
    "sensitivity.more": (
        "and {n} more inputs that move it less, all in --out and --json",
        "另有 {n} 个影响更小的输入，详见 --out 与 --json",
    ),
    "sensitivity.information_note": (
        "Worth: what choosing with this one input known saves on average (raw), less what an input worth nothing would "
        "show with so few draws (noise).",
        "价值：仅知道该输入后再选择平均可节省的金额（原始值），减去抽样次数有限时无价值输入也会显示的数额（噪声）。",
    ),
    "sensitivity.screening": ("Morris: what a step of an input changes", "Morris 筛选：输入每变动一步的影响"),
    "sensitivity.screening_note": (
        "Mean size: of the change of the difference over the input's whole range. Mean: the same with its sign. "
        "Spread: how much that depends on where the others stand.",
        "平均幅度：输入走完全程时差额变化的绝对值均值；均值：同上但带符号；离散：该影响随其他输入取值变化的程度。",
    ),
    "sensitivity.variance": ("Sobol: whose uncertainty makes the spread", "Sobol 指数：不确定性来自哪些输入"),
    "sensitivity.variance_note": (
        "Alone: share of the difference's variance this input explains by itself; with others: with all it does "
        "together with other inputs. Their half-widths show what the sample leaves open.",
        "单独：该输入自身解释的差额方差占比；含交互：连同与其他输入的交互作用。半宽反映抽样误差。",
    ),
    "sensitivity.measure": (
        "Measure first: {name}, worth {currency} {value} a year; knowing everything is worth {perfect}.",
        "应优先测量：{name}，每年价值 {currency} {value}；完全知情的价值为 {perfect}。",
    ),
    "sensitivity.measure_none": (
        "No single input is worth measuring: none would change the choice beyond noise.",
        "没有任何单一输入值得测量：其影响均不足以改变选择。",
    ),
    "sensitivity.information": ("What knowing an input is worth a year", "了解各输入的年度价值"),
    "acol.input": ("input", "输入"),
    "acol.range": ("range", "范围"),
    "acol.at_low": ("at low", "低值时"),
    "acol.at_high": ("at high", "高值时"),
    "acol.swing": ("swing", "幅度"),
    "acol.width": ("±", "±"),
    "acol.flips": ("flips", "翻转"),
    "acol.reason": ("why uncertain", "不确定原因"),
    "acol.worth": ("worth", "价值"),
    "acol.noise": ("noise", "噪声"),
    "acol.raw": ("raw", "原始值"),
    "acol.cell": ("cell", "单元"),
    "acol.stability": ("share of draws", "抽样占比"),
    "acol.runner_up": ("else", "否则"),
    "acol.regret": ("price of not knowing", "不知情的代价"),
    "acol.mu_star": ("mean size", "平均幅度"),
    "acol.mu": ("mean", "均值"),
    "acol.sigma": ("spread", "离散"),
    "acol.alone": ("alone", "单独"),
    "acol.whole": ("with others", "含交互"),
    "word.yes": ("yes", "是"),
}
"""Every text by key."""

"""What the price of simplicity says. Each is (English, Chinese)."""

from __future__ import annotations

SIMPLIFY_PHRASES = {
    "stage.grains": ("cells decided and priced", "已优化并计价的粒度"),
    "simplify.title": ("{name}: the price of simpler rules", "{name}：简化规则的代价"),
    "simplify.basis": (
        "Rules decided anew for every kind of cell, then simulated in {replications} fresh years on the same luck, "
        "seed {seed}; intervals of {level}; {currency} a year. The price is the cost less that of {yardstick}, exact "
        "cut-points; minus is cheaper.",
        "每种规则粒度均重新优化，再以相同随机性的 {replications} 次全新模拟计价，种子 {seed}；区间为 {level}；"
        "单位为每年 {currency}。代价为其成本减去按“{yardstick}”的精确阈值规则的成本；负数表示更便宜。",
    ),
    "simplify.partial": (
        "Stopped before the end: coarser rules that were not priced are missing.",
        "提前停止：尚未计价的更粗规则未列出。",
    ),
    "simplify.simplest": (
        "{what} will do: {lines} lines instead of {of}, at a price of {currency} {price} a year ({low} to {high}), "
        "surely below the {currency} {limit} a change must be worth.",
        "采用“{what}”即可：规则由 {of} 行减至 {lines} 行，代价为每年 {currency} {price}（{low} 至 {high}），"
        "确定低于值得变更的 {currency} {limit}。",
    ),
    "simplify.finest": (
        "No simpler rule is surely within {currency} {limit} a year of {what}: keep its {lines} lines, or pay the "
        "price below.",
        "没有更简单的规则可确定与“{what}”每年相差不超过 {currency} {limit}：保留其 {lines} 行，或支付下列代价。",
    ),
    "simplify.single": (
        "One rule for all would cost {currency} {price} more a year ({low} to {high}).",
        "若全部只用一条规则，每年多花 {currency} {price}（{low} 至 {high}）。",
    ),
    "simplify.hand": (
        "{what} costs {currency} {price} more a year ({low} to {high}) than the decided rules.",
        "{what}每年比优化规则多花 {currency} {price}（{low} 至 {high}）。",
    ),
    "simplify.hand_lower": (
        "{what} costs {currency} {price} less a year ({low} to {high}) than the decided rules: decide with more "
        "training replications.",
        "{what}每年比优化规则少花 {currency} {price}（{low} 至 {high}）：请增加学习模拟次数后重新优化。",
    ),
    "simplify.hand_same": (
        "{what} cannot be told from the decided rules ({low} to {high} a year).",
        "{what}与优化规则无法区分（每年 {low} 至 {high}）。",
    ),
    "simplify.undecided": (
        "No rule by {what} meets the constraints: {why}",
        "按“{what}”没有满足约束的规则：{why}",
    ),
    "simplify.chart": ("What simpler rules cost more a year", "简化规则每年多花多少"),
    "simplify.table": ("What simpler rules cost", "简化规则的成本"),
    "simplify.exact": ("exact", "精确"),
    "simplify.rounded": ("to {step}", "取整至 {step}"),
    "simplify.cells": ("rules by {keys}", "按{keys}设规则"),
    "simplify.everything": ("one rule for all", "全部一条规则"),
    "simplify.cells_rounded": ("{what}, cut-points rounded to {step}", "{what}，阈值取整至 {step}"),
    "simplify.by": (" × ", "×"),
    "rule_source.today": ("today's rule", "现行规则"),
    "grain.sku": ("product", "产品"),
    "grain.market": ("market", "市场"),
    "grain.category": ("category", "品类"),
    "grain.channel": ("channel", "渠道"),
    "grain.symptom": ("symptom", "症状"),
    "grain.evidence": ("evidence", "凭证"),
    "grain.age_band": ("age", "机龄"),
    "acol.rule": ("rule", "规则"),
    "acol.cuts": ("cut-points", "阈值"),
    "acol.lines": ("lines", "行数"),
    "acol.price": ("price", "代价"),
}
"""Every text by key."""

"""How a memo looks on screen and on paper."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light; }
body { margin: 0; background: #f3f4f6; color: #1f2933; font: 15px/1.45 Inter, "Segoe UI", Helvetica, Arial,
  "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
article { max-width: 820px; margin: 24px auto; padding: 36px 44px; background: #fff; border: 1px solid #d9dee3; }
:lang(zh) { font-family: "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "Source Han Sans SC",
  sans-serif; }
header { border-bottom: 2px solid #1f2933; padding-bottom: 8px; }
h1 { font-size: 23px; margin: 0 0 4px; line-height: 1.25; }
h2 { font-size: 15px; margin: 18px 0 4px; }
p, ul { margin: 4px 0; }
ul { padding-left: 20px; }
p, li, td, th, dd, h1 { overflow-wrap: anywhere; }
.status { display: inline-block; border: 2px solid #1f2933; padding: 1px 8px; font-weight: 700; font-size: 13px; }
.DRAFT { border-style: dashed; }
.soft { color: #52606d; font-size: 13px; }
.answer { font-size: 19px; line-height: 1.35; font-weight: 600; }
table { border-collapse: collapse; width: 100%; font-size: 13px; margin: 4px 0; }
caption { caption-side: bottom; text-align: left; color: #52606d; padding-top: 3px; }
th { text-align: left; font-weight: 600; border-bottom: 1px solid #52606d; vertical-align: bottom; }
td, th { padding: 2px 10px 2px 0; vertical-align: top; }
.w { white-space: nowrap; }
td { border-bottom: 1px solid #e4e7eb; }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
small { color: #52606d; }
figure { margin: 6px 0; }
figure svg { width: 100%; height: auto; max-height: 330px; }
figcaption { color: #52606d; font-size: 13px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 1px 14px; font-size: 12.5px; margin: 4px 0; }
dt { color: #52606d; }
dd { margin: 0; }
.sign td { height: 30px; }
.warn { border-left: 4px solid #D55E00; padding-left: 8px; }
@page { size: A4; margin: 12mm 14mm; }
@media print {
  body { background: #fff; font-size: 9pt; line-height: 1.3; }
  article { max-width: none; margin: 0; padding: 0; border: 0; }
  article + article { break-before: page; }
  h1 { font-size: 15pt; } h2 { font-size: 10pt; margin: 8px 0 2px; break-after: avoid; }
  .answer { font-size: 12.5pt; }
  table { font-size: 8pt; } dl { font-size: 7.5pt; } .soft, figcaption { font-size: 8pt; }
  td, th { padding: 1px 8px 1px 0; }
  tr, figure, .sign { break-inside: avoid; }
  figure svg { max-height: 62mm; }
}
""".strip()
"""The whole style sheet."""

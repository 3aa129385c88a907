"""A document as one HTML file that needs nothing else: no script, no font and no picture from elsewhere."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from warrantysim.promise.document import Document

STYLE = """
:root { color-scheme: light; }
body { margin: 0; background: #fff; color: #1f2933; font: 16px/1.5 "Segoe UI", Helvetica, Arial, sans-serif; }
:lang(zh) { font-family: "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
:lang(ja) { font-family: "Noto Sans CJK JP", "Noto Sans JP", "Hiragino Sans", "Yu Gothic", Meiryo, sans-serif; }
main { max-width: 760px; margin: 0 auto; padding: 24px 20px 48px; }
h1 { font-size: 28px; line-height: 1.25; margin: 8px 0 16px; }
h2 { font-size: 18px; margin: 28px 0 6px; }
p, ul, ol { margin: 6px 0; }
li { margin: 3px 0; }
p, li, td, th, h1, h2 { overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: 8px 0; }
th, td { text-align: left; vertical-align: top; padding: 5px 12px 5px 0; border-bottom: 1px solid #cbd2d9; }
thead th { border-bottom: 2px solid #52606d; }
aside { border: 2px solid #1f2933; padding: 8px 16px; margin: 16px 0; }
.note { color: #52606d; font-size: 14px; }
.warn { font-weight: 600; }
figure { margin: 8px 0; flex: none; }
.beside { display: flex; align-items: center; gap: 16px; }
@media print { body { font-size: 10.5pt; } main { max-width: none; padding: 0; } h2 { break-after: avoid; }
  tr, aside, figure { break-inside: avoid; } }
""".strip()
"""The whole style sheet."""
SHEETS = {"a4": "A4; margin: 18mm", "us-letter": "letter; margin: 18mm", "a6": "105mm 148mm; margin: 8mm"}
"""What a browser prints on, and how far from its edges."""
PAGE = """<!doctype html>
<html lang="{{ it.code }}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{{ it.title }}</title>
<style>{{ style }}
@page { size: {{ sheet }}; }</style></head><body><main>
<h1>{{ it.title }}</h1>
{% macro lines(text) %}{% for line in text.split("\n") %}{% if not loop.first %}<br>{% endif %}{{ line }}{% endfor %}
{%- endmacro %}
{% macro shown(blocks) %}{% for block in blocks %}{% set kind = block.__class__.__name__ %}
{% if kind == "Sentence" %}{% if block.role == "head" %}<h2>{{ block.text }}</h2>
{% else %}<p{% if block.role in ("note", "warn") %} class="{{ block.role }}"{% endif %}>{{ lines(block.text) }}</p>
{% endif %}
{% elif kind == "Points" %}{% set list = "ol" if block.numbered else "ul" %}
<{{ list }}>{% for text in block.texts %}<li>{{ lines(text) }}</li>{% endfor %}</{{ list }}>
{% elif kind == "TextTable" %}<table>{% if block.widths %}<colgroup>
{% for width in block.widths %}<col style="width: {{ (100 * width / block.widths | sum) | round(1) }}%">{% endfor %}
</colgroup>{% endif %}{% if block.head %}<thead><tr>
{% for text in block.head %}<th scope="col">{{ text }}</th>{% endfor %}</tr></thead>{% endif %}<tbody>
{% for row in block.rows %}<tr>{% for text in row %}
{% if loop.first %}<th scope="row">{{ lines(text) }}</th>{% else %}<td>{{ lines(text) }}</td>{% endif %}
{% endfor %}</tr>{% endfor %}</tbody></table>
{% elif kind == "Drawing" %}{% if block.beside %}<div class="beside">{% endif %}
<figure {% if block.alt %}role="img" aria-label="{{ block.alt }}"{% else %}aria-hidden="true"{% endif %}
style="width: {{ block.width_mm }}mm">
{{ drawing(block.svg) }}</figure>{% if block.beside %}<div>{{ shown(block.beside) }}</div></div>{% endif %}
{% else %}<aside>{{ shown(block.blocks) }}</aside>
{% endif %}{% endfor %}{% endmacro %}
{{ shown(it.blocks) }}
</main></body></html>
"""


@cache
def _page() -> Template:
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True).from_string(PAGE)


def html(document: Document) -> str:
    """The file. Everything a user named is text in it, never markup; drawings are the program's own."""
    return _page().render(it=document, style=Markup(STYLE), sheet=SHEETS[document.paper], drawing=Markup)

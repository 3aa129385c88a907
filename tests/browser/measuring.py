"""What a reader cannot read on a page, measured: what leaves its place, what is cut, what lies on something else."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.browser.serving import Visit

MEASURE = """() => {
    const found = [];
    const say = (kind, text, ...more) => found.push([kind, (text ?? '').trim().slice(0, 80), ...more]);
    const main = document.querySelector('[data-testid=stMain]');
    const box = one => one.getBoundingClientRect();
    const seen = one => {
        const {width, height} = box(one);
        return width > 0 && height > 0 && one.checkVisibility({opacityProperty: true, visibilityProperty: true});
    };
    const own = one => [...one.childNodes].some(child => child.nodeType === 3 && child.textContent.trim());
    if (main.scrollWidth > main.clientWidth + 1) say('page wider than window', `${main.scrollWidth}`);

    const ground = one => getComputedStyle(document.querySelector(one)).backgroundColor;
    if (ground('.st-key-frame_header') !== ground('[data-testid=stApp]'))
        say('header on another ground', ground('.st-key-frame_header'));

    // Text that a place cuts, or that lies outside the window; what is scrolled on purpose (tables, code) is not.
    const APART = 'svg, canvas, [data-testid=stDataFrame], [data-testid=stElementToolbar]';
    const scrolls = one => ['auto', 'scroll'].includes(getComputedStyle(one).overflowX);
    for (const one of main.querySelectorAll('*')) {
        if (one.closest(APART) || !own(one) || !seen(one)) continue;
        const style = getComputedStyle(one);
        if (style.position === 'absolute' && box(one).width <= 1) continue;
        let around = one, scrolled = false;
        for (; around && around !== main; around = around.parentElement) {
            scrolled ||= around !== one && scrolls(around);
            const clips = getComputedStyle(around).overflowX !== 'visible';
            if (!clips || scrolls(around)) continue;
            if (around === one ? one.scrollWidth > one.clientWidth + 1 : box(one).right > box(around).right + 1) {
                say('text cut', one.textContent, Math.round(box(one).width));
                break;
            }
        }
        if (!scrolled && (box(one).right > innerWidth + 1)) say('text beyond the window', one.textContent);
    }
    for (const one of main.querySelectorAll('[data-testid=stButtonGroup], [data-testid=stButtonGroup] *'))
        if (seen(one) && scrolls(one) && one.scrollWidth > one.clientWidth + 1) say('choices cut', one.textContent);
    for (const one of main.querySelectorAll('input:not([type=checkbox]):not([type=radio]):not([type=range])')) {
        if (seen(one) && one.value && one.scrollWidth > one.clientWidth + 1) say('input cut', one.value);
        else if (seen(one) && !one.value && one.placeholder && one.scrollWidth > one.clientWidth + 1)
            say('input cut', one.placeholder);
    }

    // What may not be pressed now is still read; the rules of accessibility leave it out.
    const light = told => {
        const [r, g, b, a = 1] = told.match(/[\\d.]+/g).map(Number);
        return {shade: 0.2126 * r + 0.7152 * g + 0.0722 * b, a};
    };
    for (const one of main.querySelectorAll('button:disabled')) {
        const words = one.querySelector('p') ?? one;
        const [ink, page] = [light(getComputedStyle(words).color), light(ground('[data-testid=stApp]'))];
        if (seen(one) && words.textContent.trim() && ink.a * Math.abs(ink.shade - page.shade) < 40)
            say('words not seen', words.textContent);
    }

    for (const one of [...main.querySelectorAll('p, li, label, [data-testid=stSelectbox]')])
        if (/\\\\[-_.*()]/.test(one.textContent + (one.querySelector('input')?.value ?? '')))
            say('mark of Markdown shown', one.textContent);

    // Charts: words inside their picture, apart from each other, off the lines.
    const ink = one => {
        for (let at = one; at && at.tagName !== 'svg'; at = at.parentElement) {
            const opacity = at.getAttribute('opacity');
            if (opacity !== null && Number(opacity) === 0) return false;
        }
        return one.textContent.trim() !== '';
    };
    const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const beside = (a, b) => Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    for (const svg of main.querySelectorAll('[data-testid=stVegaLiteChart] svg')) {
        // Panels one below the other have a place that leaves room for their axes.
        const frame = box(svg.closest('[class*=st-key-stacked_]') ?? svg.closest('[data-testid=stVegaLiteChart]'));
        const words = [...svg.querySelectorAll('text')].filter(ink).map(one => {
            const at = box(one), high = at.height;
            const turned = / rotate\\((?!0)/.test(one.getAttribute('transform') ?? '');
            return {one, text: one.textContent, turned,
                left: at.left, right: at.right, top: at.top + 0.18 * high, bottom: at.bottom - 0.18 * high};
        });
        for (const word of words) {
            const off = [Math.max(frame.left, 0) - word.left, word.right - Math.min(frame.right, innerWidth),
                frame.top - word.top, word.bottom - frame.bottom].map(Math.round);
            if (Math.max(...off) > 2) say('chart word outside', word.text, ...off);
            if (word.text.includes('…')) say('chart word cut', word.text);
        }
        for (let i = 0; i < words.length; i++) for (let j = i + 1; j < words.length; j++) {
            const [a, b] = [words[i], words[j]];
            // A word with ground of its own is drawn twice.
            if (a.turned || b.turned || (a.text === b.text && a.left === b.left && a.top === b.top)) continue;
            if (over(a, b) > 1 && beside(a, b) > 1) say('chart words overlap', `${a.text} | ${b.text}`);
        }
        const lines = [...svg.querySelectorAll('.role-axis-domain line, .mark-rule.role-mark line')].filter(seenLine);
        function seenLine(one) {
            const at = box(one);
            return at.width > 20 || at.height > 20;
        }
        for (const word of words) for (const line of lines) {
            if (word.turned) continue;
            const at = box(line);
            const upright = at.height > at.width;
            const crossed = upright
                ? at.left > word.left + 1 && at.left < word.right - 1 && beside(word, at) > 1
                : at.top > word.top + 1 && at.top < word.bottom - 1 && over(word, at) > 1;
            if (crossed) say('chart word on a line', word.text);
        }
    }

    // Tables: what a window shows of a table without moving it.
    for (const one of main.querySelectorAll('[data-testid=stDataFrame]')) {
        const inner = one.querySelector('.dvn-scroller');
        if (inner && inner.scrollWidth > inner.clientWidth + 1)
            say('table moves sideways', one.textContent, inner.scrollWidth, inner.clientWidth);
    }
    return found;
}"""


DESK = 1000
"""Width from which on fields, too, must show all they hold; in a narrower window they show the beginning [pixels]."""
MOVES = "table moves sideways"
"""Said of a table that shows part of itself: no fault where its first column stays."""


def measured(page: Page, wide: int) -> list[list[Any]]:
    """Everything that is cut or leaves its place on a page: the kind, the text, and figures [pixels]."""
    found: list[list[Any]] = page.evaluate(MEASURE)
    return [one for one in found if one[0] != MOVES and (one[0] != "input cut" or wide >= DESK)]


def loose_tables(here: Visit) -> list[list[Any]]:
    """Tables of a page with more columns than a narrow window shows, none of which stays when the others are moved."""
    return [
        ["first column moves", ", ".join(keys)[:80]] for keys, kept in here.talk.tables if len(keys) > FEW and not kept
    ]


FEW = 3
"""So many columns fit any window [count]."""

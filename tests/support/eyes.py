"""What a page is measured by in the browser: how large its targets are, and what is cut or covered."""

from __future__ import annotations

SMALLEST, PRIMARY = 44, 56
# What a finger can touch; a radio or tick box is touched by the label around it. A link in running text
# may be as low as its line (WCAG 2.5.8), nothing of the pages for residents is one.
TARGETS = """([smallest, primary]) => [...document.querySelectorAll(`button, a[href], select, summary,
    textarea, label.choice, input:not([type=hidden], [type=radio], [type=checkbox])`)]
  .filter((one) => one.checkVisibility() && !one.matches(".unseen, .skip:not(:focus)"))
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([one, box]) => {
    const large = one.matches(".button-main, .button-large, .choice, .big-input, .look button");
    const least = large ? primary : smallest;
    return box.height < least - 0.5 || box.width < least - 0.5;
  })
  .map(([one, box]) => `${one.outerHTML.slice(0, 90)}: ${box.width} × ${box.height}`)"""
# Text that runs out of its box, and things to touch that lie on each other.
CUT = """() => {
  const shown = [...document.querySelectorAll("main *, header *, footer *")]
    .filter((one) => one.checkVisibility());
  const cut = shown.filter((one) => {
    const style = getComputedStyle(one);
    const scrolls = /auto|scroll/.test(style.overflowX) || one.closest(".table, canvas, .unseen, svg");
    return !scrolls && one.clientWidth && style.display !== "inline" && one.scrollWidth > one.clientWidth + 2;
  });
  const touched = shown
    .filter((one) => one.matches("button, a.button, input, select, summary, label.choice"))
    .filter((one) => !one.matches(".unseen"));
  const overlapping = touched.flatMap((one, index) => touched.slice(index + 1)
    .filter((other) => !one.contains(other) && !other.contains(one))
    .filter((other) => {
      const a = one.getBoundingClientRect(), b = other.getBoundingClientRect();
      return a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    }).map((other) => [one, other]).flat());
  return [...cut, ...overlapping].map((one) => one.outerHTML.slice(0, 120));
}"""

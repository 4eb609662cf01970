// What is ugly on the page that is open, as lines of text. Used by tests/e2e/looks.py.
() => {
  const told = [];
  const root = document.documentElement;
  const shown = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const name = (node) => {
    const id = node.id ? `#${node.id}` : "";
    const of = [...node.classList].slice(0, 3).map((each) => `.${each}`).join("");
    return `${node.localName}${id}${of}`;
  };
  const where = (node) => [node.parentElement, node].filter(Boolean).map(name).join(" > ");
  const quoted = (text) => JSON.stringify(text.replace(/\s+/g, " ").trim().slice(0, 60));

  if (root.scrollWidth > root.clientWidth) {
    told.push(`wide: ${root.scrollWidth} in ${root.clientWidth}`);
  }

  // Each text with the place that it takes, as it would be without anything that cuts it.
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const parent = text.parentElement;
    if (!text.data.trim() || !parent || !shown(parent) || parent.closest(".vh, .skip, script, style, .boxes, option, .words")) continue;
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) {
      if (box.width > 1 && box.height > 1) texts.push({ parent, box, said: text.data });
    }
  }

  const cuts = (style) => /hidden|clip/.test(style.overflowX + style.overflowY);
  const scrolls = (style) => /auto|scroll/.test(style.overflowX + style.overflowY);
  const clipped = new Set();
  for (const { parent, box, said } of texts) {
    for (let node = parent; node && node !== document.body; node = node.parentElement) {
      const style = getComputedStyle(node);
      if (scrolls(style) || style.position === "fixed") break;
      if (!cuts(style) || style.display === "inline") continue;
      const at = node.getBoundingClientRect();
      const over = Math.max(box.right - at.right, at.left - box.left, box.bottom - at.bottom - 3, at.top - box.top - 3);
      const told0 = parent.closest("[title], .cut"); // pages.js gives what is cut its title
      if (over > 1.5 && !(told0 && (node.contains(told0) || told0.contains(node)))) clipped.add(`clipped: ${where(parent)} ${quoted(said)} by ${name(node)}`);
      break;
    }
  }
  told.push(...clipped);

  // What stands in a control that is too narrow for it; a line of input shows the rest on its way.
  const canvas = document.createElement("canvas").getContext("2d");
  for (const node of document.querySelectorAll("select, button, .btn, .chip, summary")) {
    if (!shown(node) || node.closest("dialog:not([open]), .vh")) continue;
    const style = getComputedStyle(node);
    if (node.localName === "select") {
      if (node.multiple || node.size > 1) continue;
      canvas.font = style.font;
      const room = node.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - 16;
      const said = node.selectedOptions[0]?.label ?? "";
      const needs = canvas.measureText(said).width;
      if (needs > room + 2 && !node.title && node.clientWidth < 300) told.push(`select: ${where(node)} ${quoted(said)} needs ${Math.round(needs)}, has ${Math.round(room)}`);
    } else if (style.display !== "inline" && node.scrollWidth > node.clientWidth + 2 && !scrolls(style)) {
      if (!node.querySelector("[title]") && !node.querySelector(".stacked, .sheet")) told.push(`tight: ${where(node)} ${quoted(node.textContent)}`);
    }
  }
  for (const node of document.querySelectorAll("input:not([type]), input[type=text], input[type=number], input[type=email]")) {
    if (!shown(node) || node.closest(".vh")) continue;
    if (node.scrollWidth > node.clientWidth + 1 && node.value.length < 16) told.push(`input: ${where(node)} ${quoted(node.value)}`);
    if (node.getBoundingClientRect().width < 34) told.push(`input: ${where(node)}[${node.name}] is ${Math.round(node.getBoundingClientRect().width)} wide`);
  }

  // Two texts, or a text and a control, on the same spot. What floats on purpose is left out.
  const floats = (node) => {
    for (let each = node; each && each !== document.body; each = each.parentElement) {
      if (/absolute|fixed|sticky/.test(getComputedStyle(each).position) || each.localName === "dialog") return true;
    }
    return false;
  };
  // What a frame that scrolls does not show lies on nothing.
  const visible = (node, box) => {
    let [left, top, right, bottom] = [box.left, box.top, box.right, box.bottom];
    for (let each = node; each && each !== document.body; each = each.parentElement) {
      const style = getComputedStyle(each);
      if (!scrolls(style) && !cuts(style)) continue;
      const at = each.getBoundingClientRect();
      [left, top, right, bottom] = [Math.max(left, at.left), Math.max(top, at.top), Math.min(right, at.right), Math.min(bottom, at.bottom)];
    }
    return right - left > 1 && bottom - top > 1 ? { left, top, right, bottom } : null;
  };
  const things = [];
  const add = (node, box, said, control) => {
    const at = !floats(node) && visible(node, box);
    if (at) things.push({ node, said, control, ...at });
  };
  texts.forEach(({ parent, box, said }) => add(parent, box, said, false));
  document.querySelectorAll("input:not([type=hidden]), select, textarea, button, .btn").forEach((node) => {
    if (shown(node) && !node.closest(".vh")) add(node, node.getBoundingClientRect(), node.value || node.textContent, true);
  });
  things.sort((one, other) => one.top - other.top);
  const overlapping = new Set();
  things.forEach((one, at) => {
    for (let next = at + 1; next < things.length && things[next].top < one.bottom - 3; next += 1) {
      const other = things[next];
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const down = Math.min(one.bottom, other.bottom) - other.top;
      if (across <= 2 || down <= 4) continue;
      if (one.node === other.node || one.node.contains(other.node) || other.node.contains(one.node)) continue;
      overlapping.add(`overlap: ${where(one.node)} ${quoted(one.said)} and ${where(other.node)} ${quoted(other.said)}`);
    }
  });
  told.push(...overlapping);

  // What leaves its card on one side or the other.
  const outside = new Set();
  for (const { parent, box, said } of texts) {
    const card = parent.closest(".card, .msg, dialog, td, th, .field");
    const part = card && visible(parent, box);
    if (!part) continue;
    const at = card.getBoundingClientRect();
    if ((part.right > at.right + 2 || part.left < at.left - 2) && !floats(parent)) outside.add(`outside: ${where(parent)} ${quoted(said)} of ${name(card)}`);
  }
  told.push(...outside);

  // Words of the machine where a person reads.
  for (const { parent, said } of texts) {
    const code = said.match(/\b[A-Z]{3,}_[A-Z_]{2,}\b|\bNone\b|\bundefined\b|\bNaN\b|\{\{|\bnull\b/);
    if (code && !parent.closest("code, .mono, .raw, pre, textarea")) told.push(`code: ${where(parent)} ${quoted(said)}`);
  }
  return [...new Set(told)];
}

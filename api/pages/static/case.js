// The case: boxes on the page, words that fill fields, Enter that goes on, accounts that are found.
"use strict";
(() => {
  const { $, $$, toast, typing } = window.belegfluss;
  const form = $("#fields");
  if (!form) return;
  const fields = () => $$(".field", form);
  const input = field => $("input.in:not([type=hidden]):not([type=radio]), select.in", field);
  const label = field => $("label", field).textContent.trim();
  const doubtful = () => fields().filter(field => field.matches(".doubt, .bad") && input(field) && !input(field).readOnly);
  const confirmed = new Set();

  /* The box of the field one is in is named and brought into view. */
  function light(name) {
    $(".boxname")?.remove();
    $$(".box").forEach(box => {
      const on = box.dataset.f === name;
      box.classList.toggle("on", on);
      if (on) show(box);
    });
  }
  function show(box) {
    const stage = $(".stage"), page = box.closest(".page"), field = fields().find(f => f.dataset.f === box.dataset.f);
    const r = box.getBoundingClientRect(), v = stage.getBoundingClientRect(), q = page.getBoundingClientRect();
    const tag = document.createElement("div");
    tag.className = "boxname";
    tag.setAttribute("aria-hidden", "true");
    tag.textContent = field ? label(field) : box.dataset.f;
    page.append(tag);
    tag.style.top = `${r.top - q.top - 17}px`;
    tag.style.left = `${Math.max(0, Math.min(r.left - q.left, q.width - tag.offsetWidth - 4))}px`;
    if (r.top < v.top + 24 || r.bottom > v.bottom - 24) stage.scrollTop += r.top - v.top - v.height / 2;
    if (r.left < v.left || r.right > v.right) stage.scrollLeft += r.left - v.left - 60;
  }

  /* What a person has looked at is settled here, and told to the server with the next order. */
  function settle(field) {
    field.classList.remove("doubt");
    confirmed.add(field.dataset.f);
    $("#confirmed").value = [...confirmed].join(" ");
    $$(`.box[data-f="${field.dataset.f}"]`).forEach(box => box.classList.remove("doubt"));
    const sure = $(".sure", field);
    if (sure && !field.matches(".bad")) sure.innerHTML = '<svg class="i" aria-hidden="true"><use href="#i-pen"/></svg>';
    count();
  }
  function count() {
    const chip = $("#doubts"), left = doubtful().length;
    if (chip) { chip.hidden = !left; $("b", chip).textContent = left; }
  }
  function next(from) {
    const all = fields(), at = all.indexOf(from), left = doubtful();
    const to = left.find(field => all.indexOf(field) > at) || left.find(field => field !== from);
    if (to) { input(to).focus(); input(to).select?.(); } else $("#approve")?.focus();
  }
  form.addEventListener("focusin", e => {
    const field = e.target.closest(".field");
    if (field) { form.dataset.at = field.dataset.f; light(field.dataset.f); }
  });
  form.addEventListener("keydown", e => {
    if (e.target.form !== form) return; // the search for another vendor is a form of its own
    const field = e.target.closest(".field");
    if (e.key === "Enter" && !e.ctrlKey && !e.metaKey && e.target.matches("input.in") && e.target.name.startsWith("reason-")) {
      e.preventDefault();
      e.target.parentElement.querySelector("button[name=do]").click();
      return;
    }
    if (!field || !e.target.matches(".in")) {
      if (e.key === "Enter" && !e.ctrlKey && !e.metaKey && e.target.matches("input.in:not([form])")) e.preventDefault();
      return;
    }
    if (e.key === "Enter" && !e.ctrlKey && !e.metaKey) {
      e.preventDefault();
      if (e.target.matches("[data-account]")) return;
      const fix = $("[data-fix]", field);
      if (fix && field.matches(".bad, .conflict")) take(field, fix.dataset.fix); else settle(field);
      next(field);
    }
    if ((e.key === "ArrowDown" || e.key === "ArrowUp") && e.target.matches("input") && !e.target.matches("[data-account]")) {
      const all = fields().filter(input), to = all[all.indexOf(field) + (e.key === "ArrowDown" ? 1 : -1)];
      if (to) { e.preventDefault(); input(to).focus(); }
    }
  });
  form.addEventListener("click", e => {
    const fix = e.target.closest("[data-fix]");
    if (fix) { const field = fix.closest(".field"); take(field, fix.dataset.fix); next(field); }
    const keep = e.target.closest("[data-confirm]");
    if (keep) { const field = keep.closest(".field"); keep.closest(".msg").classList.add("done"); settle(field); next(field); }
  });
  function take(field, value) {
    const el = input(field);
    el.value = value;
    settle(field);
    el.dispatchEvent(new Event("input", { bubbles: true }));
    el.focus();
  }

  /* Words of the page: a click fills the field one is in, a drag takes several. */
  const texts = { undo: form.dataset.undo };
  function fill(text, replace) {
    const name = form.dataset.at, line = document.activeElement?.closest?.(".lines td") ? document.activeElement : form.lastLine;
    if (form.dataset.in === "line" && line) { line.value = text; line.dispatchEvent(new Event("input", { bubbles: true })); line.focus(); return; }
    const field = fields().find(f => f.dataset.f === name) || doubtful()[0];
    if (!field || !input(field) || input(field).readOnly || input(field).matches("select")) return;
    const el = input(field), was = el.value;
    take(field, text);
    toast(`${label(field)}: ${text}`, { label: texts.undo, act: () => take(field, was) });
  }
  form.addEventListener("focusin", e => {
    form.dataset.in = e.target.closest(".lines") ? "line" : "field";
    if (form.dataset.in === "line") form.lastLine = e.target;
  });
  $$("[data-word]").forEach(word => {
    word.addEventListener("mousedown", e => e.preventDefault());
    word.addEventListener("click", () => fill(word.textContent.trim()));
  });
  const loaded = new WeakSet();
  const near = new IntersectionObserver(seen => seen.forEach(({ isIntersecting, target }) => {
    if (!isIntersecting || loaded.has(target)) return;
    loaded.add(target);
    load(target);
  }));
  $$(".page[data-words]").forEach(page => near.observe(page));
  /* The small picture of the page that one looks at is marked, and in view. */
  const small = $$(".thumbs a"), inView = new Map();
  const looked = small.length && new IntersectionObserver(seen => {
    seen.forEach(({ target, intersectionRect }) => inView.set(target, intersectionRect.height));
    const [most] = [...inView].sort((one, other) => other[1] - one[1])[0];
    small.forEach(link => link.toggleAttribute("aria-current", false));
    const link = small.find(each => each.hash === `#${most.id}`);
    link?.setAttribute("aria-current", "true");
    if (link) { const strip = link.parentElement, at = link.offsetTop; if (at < strip.scrollTop || at + link.offsetHeight > strip.scrollTop + strip.clientHeight) strip.scrollTop = at - 8; }
  }, { root: $(".stage"), threshold: [0, .25, .5, .75, 1] });
  if (looked) $$(".page[data-page]").forEach(page => looked.observe(page));
  async function load(page) {
    const answer = await fetch(page.dataset.words, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || !answer.headers.get("content-type")?.includes("json")) return;
    const words = (await answer.json()).words.map(([text, x, y, w, h]) => [text, x / 1e4, y / 1e4, w / 1e4, h / 1e4]);
    const layer = document.createElement("div");
    layer.setAttribute("aria-hidden", "true");
    words.forEach(([text, x, y, w, h]) => {
      const span = document.createElement("span");
      span.className = "word";
      span.dataset.text = text;
      span.style.cssText = `left:${x * 100}%;top:${y * 100}%;width:${w * 100}%;height:${h * 100}%`;
      layer.append(span);
    });
    page.append(layer);
    page.dataset.ready = "1";
    pick(page, words);
  }
  function pick(page, words) {
    let from = null, lasso = null;
    const at = e => { const r = page.getBoundingClientRect(); return [(e.clientX - r.left) / r.width, (e.clientY - r.top) / r.height]; };
    page.addEventListener("pointerdown", e => {
      if (e.button || e.pointerType === "touch") return;
      from = at(e);
      lasso = document.createElement("div");
      lasso.className = "lasso";
      page.append(lasso);
      e.preventDefault();
    });
    page.addEventListener("pointermove", e => {
      if (!from) return;
      const p = at(e);
      lasso.style.cssText = `left:${Math.min(p[0], from[0]) * 100}%;top:${Math.min(p[1], from[1]) * 100}%;width:${Math.abs(p[0] - from[0]) * 100}%;height:${Math.abs(p[1] - from[1]) * 100}%`;
    });
    addEventListener("pointerup", e => {
      if (!from) return;
      const p = at(e), a = from;
      from = null;
      lasso.remove();
      const [x0, x1] = [Math.min(a[0], p[0]), Math.max(a[0], p[0])], [y0, y1] = [Math.min(a[1], p[1]), Math.max(a[1], p[1])];
      const hit = words.filter(([, x, y, w, h]) => x < x1 && x + w > x0 && y < y1 && y + h > y0).map(word => word[0]);
      if (hit.length) fill(hit.join(" "));
    });
    page.addEventListener("click", e => { if (e.target.matches(".word") && e.pointerType === "touch") fill(e.target.dataset.text); });
  }

  /* Zoom: the picture is asked for as wide as it is shown. */
  let zoom = innerWidth <= 860 ? 170 : 100;
  const zoomTo = to => {
    zoom = Math.max(50, Math.min(300, to));
    $$(".page").forEach(page => page.style.setProperty("--zoom", `${zoom}%`));
    const told = $("#zoom");
    if (told) told.textContent = `${zoom} %`;
    $$(".page img").forEach(img => {
      const wide = Math.min(2400, Math.round(img.clientWidth * devicePixelRatio));
      const now = +/width=(\d+)/.exec(img.src)[1];
      if (wide > now * 1.1) img.src = img.src.replace(/width=\d+/, `width=${wide}`);
    });
    light(form.dataset.at || "");
  };
  document.addEventListener("click", e => {
    const button = e.target.closest("[data-zoom]");
    if (button) zoomTo(button.dataset.zoom === "fit" ? 100 : zoom + +button.dataset.zoom);
  });

  /* Ctrl+Enter approves; a button that may not yet leads to what stands in its way. */
  const approve = $("#approve");
  approve?.addEventListener("click", e => {
    if (approve.getAttribute("aria-disabled") !== "true" || touched) return;
    e.preventDefault();
    const field = $(".field.bad", form), to = (field && input(field)) || $(".msg.block summary, .msg.block button", form) || $("[name=duplicate_acknowledged]");
    to?.scrollIntoView({ block: "center" });
    to?.focus();
    toast($("#open-findings").textContent.trim());
  });
  addEventListener("keydown", e => {
    // In the talk the key sends what is said; it never approves beside it.
    const own = e.target.closest?.("form[data-own-enter]");
    if (own && (e.ctrlKey || e.metaKey) && e.key === "Enter") { e.preventDefault(); own.requestSubmit(); return; }
    if ((e.ctrlKey || e.metaKey) && e.key === "Enter" && !$("dialog[open]")) { e.preventDefault(); approve?.click(); return; }
    if (typing(e) || e.ctrlKey || e.metaKey || e.altKey || $("dialog[open]")) return;
    if (e.key === "+") zoomTo(zoom + 25);
    if (e.key === "-") zoomTo(zoom - 25);
    if (e.key === "0") zoomTo(100);
    if (e.key === "f" && window.belegfluss.kept.get("letters") !== "off") {
      const to = doubtful()[0] || fields()[0];
      if (to && input(to)) { e.preventDefault(); input(to).focus(); }
    }
  });

  /* What would be posted, while one types. Once something was touched the server decides. */
  let touched = false, waiting;
  const posting = $("#posting");
  const line = () => {
    const told = $("[data-posting]", posting || document), out = $("#posting-line");
    if (told && out) out.replaceChildren(...[...told.childNodes].map(node => node.cloneNode(true)));
    const whole = out?.textContent.replace(/\s+/g, " ").trim();
    if (whole) out.title = whole;
  };
  line();
  form.addEventListener("input", e => {
    if (e.target.closest("#find")) return;
    if (!touched) {
      const chip = $("#open-findings");
      if (chip) { chip.className = "chip hint"; chip.textContent = chip.dataset.touched; }
    }
    touched = true;
    approve?.removeAttribute("aria-disabled");
    clearTimeout(waiting);
    waiting = setTimeout(preview, 350);
  });
  form.addEventListener("change", e => { if (e.target.matches("[type=radio], [type=checkbox], select")) e.target.dispatchEvent(new Event("input", { bubbles: true })); });
  function preview() {
    if (!posting || !window.htmx) return;
    window.htmx.ajax("POST", form.dataset.preview, { source: form, target: posting, swap: "innerHTML", values: Object.fromEntries(new FormData(form)) }).then(line);
  }

  /* Who else has it open, and what they changed: asked while somebody looks at the page. */
  setInterval(() => { if (!document.hidden && $("#presence")) window.htmx?.trigger("#presence", "look"); }, 20000);

  /* On opening the focus is in what blocks; a clean case opens with the keys live. */
  count();
  const first = doubtful().find(field => field.matches(".bad")) || doubtful()[0];
  if (first && innerWidth > 860 && !location.hash) { input(first).focus({ preventScroll: true }); input(first).select?.(); }
  else if (first) light(first.dataset.f);
})();

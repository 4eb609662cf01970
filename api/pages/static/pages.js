// What every page shares: rows, dialogs, keys. No page needs it; with it nobody needs a mouse.
"use strict";
(() => {
  const $ = (s, r = document) => r.querySelector(s);
  const $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const typing = e => e.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const visible = el => el && el.offsetParent !== null;
  const kept = {
    get: name => { try { return localStorage.getItem(name); } catch { return null; } },
    set: (name, value) => { try { localStorage.setItem(name, value); } catch { /* private mode */ } },
  };

  /* A region that scrolls sideways must be reachable by keyboard. */
  const reach = () => $$(".scroll").forEach(s => {
    const wide = s.scrollWidth > s.clientWidth + 1;
    if (wide && !s.hasAttribute("tabindex")) { s.tabIndex = 0; s.setAttribute("role", "group"); s.setAttribute("aria-label", s.closest("section")?.getAttribute("aria-label") || $("h2", s.closest("section") || document)?.textContent || document.title); }
  });
  reach();
  addEventListener("resize", reach);

  /* One notice at a time; it says what happened and, where there is one, the way back. */
  let timer;
  function toast(text, undo) {
    $(".toast")?.remove();
    const box = document.createElement("div");
    box.className = "toast";
    box.setAttribute("role", "status");
    box.append(text);
    if (undo) {
      const back = document.createElement("button");
      back.type = "button";
      back.textContent = undo.label;
      back.addEventListener("click", () => { undo.act(); box.remove(); });
      box.append(back);
    }
    document.body.append(box);
    clearTimeout(timer);
    timer = setTimeout(() => box.remove(), 8000);
  }

  /* Dialogs: [data-open=id] opens dialog#id; the opener gets the focus back by itself. */
  document.addEventListener("click", e => {
    const opener = e.target.closest("[data-open]");
    if (opener && opener.getAttribute("aria-disabled") !== "true") {
      const dialog = document.getElementById(opener.dataset.open);
      if (dialog && (!dialog.dataset.needsMarks || $("[data-rows] tbody input:checked"))) {
        e.preventDefault();
        const why = opener.dataset.reason && $("[name=reason]", dialog);
        if (why && !why.value) why.value = opener.dataset.reason;
        dialog.showModal();
      }
    }
    const to = e.target.closest("a[data-focus]"), target = to && document.getElementById(to.hash.slice(1));
    if (target) { e.preventDefault(); target.scrollIntoView({ block: "center" }); target.focus(); }
    if (e.target.closest("[data-close]")) e.target.closest("dialog")?.close();
    const no = e.target.closest('[aria-disabled="true"]');
    if (no) {
      e.preventDefault();
      const reason = document.getElementById(no.getAttribute("aria-describedby") || "");
      if (reason && !no.dataset.guide) { reason.scrollIntoView({ block: "nearest" }); $("button, a, input", reason)?.focus(); }
    }
    const row = e.target.closest("tr[data-href]");
    if (row && !e.target.closest("a, button, input, label, summary")) location.href = row.dataset.href;
  });

  $("dialog[data-opened]")?.showModal();

  /* What is cut off is complete where the pointer rests, also where the page names no title. */
  document.addEventListener("mouseover", e => {
    const cut = e.target.closest?.(".cut");
    const choice = e.target.closest?.("select.in:not([multiple])");
    if (choice) choice.title = choice.selectedOptions[0]?.label || "";
    if (cut && !cut.closest("[title]") && !cut.querySelector("[title]") && cut.scrollWidth > cut.clientWidth) cut.title = cut.textContent.replace(/\s+/g, " ").trim();
  });

  /* Of many tabs the one that is open is in sight. */
  const tab = $(".tabs [aria-current], .side > nav [aria-current]");
  if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 40;

  /* To print is the browser's: the button is there only where it does something. */
  $$("[data-print]").forEach(button => { button.hidden = false; button.addEventListener("click", () => print()); });

  /* Amounts as they are typed, and as they are shown. */
  const german = document.documentElement.lang === "de";
  /* As `api/pages/typed.py` reads them: what is no amount there is nothing here. */
  const plainly = /^([+-]?) ?([0-9]+)(?:([.,])([0-9]{1,4}))?$/, inGroups = /^([+-]?) ?([0-9]{1,3}([.,'\u2019 ])[0-9]{3}(?:\3[0-9]{3})*)(?:(?!\3)[.,]([0-9]{1,4}))?$/;
  const cents = text => {
    const bare = text.replace(/€|EUR\b/gi, "").replace(/[\s\u00a0\u202f]/g, " ").trim().replace(/[\u2212\u2013]/g, "-");
    const plain = plainly.exec(bare), groups = inGroups.exec(bare);
    const found = groups && (!plain || plain[3] !== (german ? "," : ".")) ? groups : plain;
    return found ? Math.round(Number(`${found[1]}${found[2].replace(/[^0-9]/g, "")}.${found[4] || 0}`) * 100) : 0;
  };
  const money = value => (value / 100).toLocaleString(german ? "de-DE" : "en-GB", { minimumFractionDigits: 2 }).replace("-", "\u2212");
  /* The sum of what is marked, as one marks it; who typed another amount means that one. */
  const sum = $("[data-sum-of]");
  function added() {
    if (!sum) return;
    const all = $$(`[name="${sum.dataset.sumOf}"]:checked`).reduce((before, box) => {
      const row = box.closest("tr"), typed = $("[name^=pay-]", row), was = $("[name^=was-]", row), less = $("[data-less]:checked", row);
      if (typed && typed.value.trim() && typed.value !== was?.value) return before + cents(typed.value);
      return before + Math.round((parseFloat(box.dataset.amount) - (less ? parseFloat(less.dataset.less) : 0)) * 100);
    }, 0);
    sum.textContent = `${sum.dataset.sumText} ${money(all)} €`;
  }
  document.addEventListener("change", added);
  document.addEventListener("input", added);
  addEventListener("pageshow", added);
  added();

  /* A form is sent once, however often the button is pressed. */
  document.addEventListener("submit", e => {
    const form = e.target;
    if (form.method !== "post" && form.getAttribute("method") !== "post") return;
    if (form.dataset.sent) { e.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 10000);
  });
  addEventListener("pageshow", () => $$("form[data-sent]").forEach(form => delete form.dataset.sent));
  document.addEventListener("change", e => { if (e.target.matches("[data-submit]")) e.target.form.requestSubmit(); });

  /* Rows: J and K walk, Enter opens, X marks. */
  const rows = () => $$("[data-rows] [data-row]").filter(visible);
  function go(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex(row => row.getAttribute("aria-current"));
    const to = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))];
    all.forEach(row => { row.classList.toggle("on", row === to); row.removeAttribute("aria-current"); });
    to.setAttribute("aria-current", "true");
    to.scrollIntoView({ block: "nearest" });
    ($("a", to) || to).focus({ preventScroll: true });
  }
  function mark() {
    const box = $("[data-rows] [aria-current] input[type=checkbox]");
    if (box && !box.disabled) { box.checked = !box.checked; box.dispatchEvent(new Event("change", { bubbles: true })); }
  }
  const bar = $(".selbar");
  function marked() {
    if (!bar) return;
    const count = $$("[data-rows] tbody input:checked").length;
    bar.hidden = !count;
    $("[data-n]", bar).textContent = count;
  }
  document.addEventListener("change", marked);
  addEventListener("pageshow", marked);
  marked();

  /* Files are dropped where they belong. */
  const drop = $("[data-drop]");
  if (drop) {
    const files = $("input[type=file]", drop);
    document.addEventListener("dragover", e => { if (e.dataTransfer?.types.includes("Files")) { e.preventDefault(); drop.classList.add("over"); } });
    document.addEventListener("dragleave", e => { if (!e.relatedTarget) drop.classList.remove("over"); });
    document.addEventListener("drop", e => {
      if (!e.dataTransfer?.files.length) return;
      e.preventDefault();
      drop.classList.remove("over");
      files.files = e.dataTransfer.files;
      drop.requestSubmit();
    });
  }

  /* Keys: letters work outside of inputs only, and can be switched off (WCAG 2.1.4). */
  const off = $("#letters-off");
  if (off) { off.checked = kept.get("letters") === "off"; off.addEventListener("change", () => kept.set("letters", off.checked ? "off" : "on")); }
  let going = false;
  addEventListener("keydown", e => {
    if (e.key === "Escape") { if (typing(e)) e.target.blur(); $(".toast")?.remove(); return; }
    if (typing(e) || e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || $("dialog[open]")) return;
    if (e.key === "?") { $("#keys")?.showModal(); return; }
    if (kept.get("letters") === "off") return;
    const key = e.key.toLowerCase();
    if (going) {
      going = false;
      const place = $(`[data-go="${CSS.escape(key)}"]`);
      if (place) { location.href = place.href; return; }
    }
    if (key === "/") { const seek = $(".seek input"); if (seek) { e.preventDefault(); seek.focus(); } return; }
    if (key === "g") { going = true; setTimeout(() => { going = false; }, 1200); return; }
    if (key === "j" || key === "k") {
      const link = $(key === "j" ? "a[data-next]" : "a[data-prev]");
      if (link) location.href = link.href; else go(key === "j" ? 1 : -1);
      return;
    }
    if (key === "x" || (key === " " && e.target.matches("tr, a"))) { if ($("[data-rows] [aria-current]")) { e.preventDefault(); mark(); } return; }
    if (key === "enter" && !e.target.matches("body, main, [data-row] a")) return;
    if (key === "enter" && e.target.matches("[data-row] a")) return;
    const button = $(`[data-key="${CSS.escape(e.key)}"]`) || $(`[data-key="${CSS.escape(key)}"]`);
    if (button && visible(button)) { e.preventDefault(); button.click(); }
  });

  window.belegfluss = { $, $$, toast, typing, kept, cents, money };
})();

// An account is found by its number or by words, wherever an input says data-account.
"use strict";
(() => {
  const { $$ } = window.belegfluss;

  const said = document.currentScript.dataset;
  const known = new Map();
  let pop = null, at = -1, owner = null;
  const close = () => { pop?.remove(); pop = null; at = -1; owner?.setAttribute("aria-expanded", "false"); owner?.removeAttribute("aria-activedescendant"); };
  const rank = (account, word) => !word ? 0 : account[0].startsWith(word) ? 0 : (` ${account[1].toLowerCase()}`).includes(` ${word}`) ? 1 : 2;
  const lit = (text, word) => {
    const i = word ? text.toLowerCase().indexOf(word) : -1, part = document.createDocumentFragment();
    if (i < 0) { part.append(text); return part; }
    const mark = document.createElement("mark");
    mark.textContent = text.slice(i, i + word.length);
    part.append(text.slice(0, i), mark, text.slice(i + word.length));
    return part;
  };
  /* What could not be loaded is asked for again at the next letter. */
  async function list(address) {
    if (!known.has(address)) {
      const found = await fetch(address).then(answer => answer.ok ? answer.json() : null).catch(() => null);
      if (found) known.set(address, found);
    }
    return known.get(address);
  }
  function put() {
    document.body.append(pop);
    const r = owner.getBoundingClientRect(), below = r.bottom + 3 + pop.offsetHeight <= innerHeight;
    pop.style.top = `${scrollY + (below ? r.bottom + 3 : r.top - pop.offsetHeight - 3)}px`;
    pop.style.left = `${Math.max(8, Math.min(r.left, innerWidth - pop.offsetWidth - 12))}px`;
  }
  /* A search that finds nothing says so; what was typed stays. */
  function tell(text) {
    pop = document.createElement("p");
    pop.className = "pop";
    pop.setAttribute("role", "status");
    put();
    pop.textContent = text;
  }
  async function open(el) {
    const whole = el.dataset.account === "all", accounts = await list(whole ? "/accounts.json?all=true" : "/accounts.json");
    const asked = el.value.toLowerCase().trim().split(/\s+/).filter(Boolean);
    const hits = (accounts || []).filter(a => asked.every(word => a.join(" ").toLowerCase().includes(word))).sort((a, b) => rank(a, asked[0]) - rank(b, asked[0])).slice(0, 8);
    close();
    owner = el;
    if (document.activeElement !== el) return;
    if (!hits.length) { if (asked.length) tell(accounts ? whole ? said.none : said.noCost : said.lost); return; }
    pop = document.createElement("ul");
    pop.className = "pop";
    pop.id = "pop";
    pop.setAttribute("role", "listbox");
    pop.setAttribute("aria-label", el.getAttribute("aria-label") || "");
    hits.forEach((account, i) => {
      const li = document.createElement("li"), number = document.createElement("span"), name = document.createElement("span");
      li.id = `o${i}`;
      li.setAttribute("role", "option");
      li.setAttribute("aria-selected", i === 0 ? "true" : "false");
      li.dataset.value = account.join(" ");
      number.className = "num";
      name.className = "cut";
      number.append(lit(account[0], asked[0]));
      name.append(lit(account[1], asked[0]));
      li.append(number, name);
      pop.append(li);
    });
    put();
    at = 0;
    el.setAttribute("aria-expanded", "true");
    el.setAttribute("aria-controls", "pop");
    el.setAttribute("aria-activedescendant", "o0");
  }
  const choose = () => { const li = pop && $$("li", pop)[at]; if (li) { owner.value = li.dataset.value; const el = owner; close(); el.dispatchEvent(new Event("input", { bubbles: true })); close(); } };
  document.addEventListener("input", e => { if (e.target.matches("[data-account]") && e.isTrusted) open(e.target); });
  document.addEventListener("focusin", e => { if (e.target.matches("[data-account]") && !e.target.value) open(e.target); });
  document.addEventListener("focusout", e => { if (e.target.matches("[data-account]")) setTimeout(close, 150); });
  document.addEventListener("pointerdown", e => { const li = e.target.closest(".pop li"); if (li) { e.preventDefault(); at = $$("li", pop).indexOf(li); choose(); } });
  document.addEventListener("keydown", e => {
    if (!pop || !e.target.matches("[data-account]")) return;
    const all = $$("li", pop);
    if (!all.length && e.key !== "Escape") return;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      all[at].setAttribute("aria-selected", "false");
      at = (at + (e.key === "ArrowDown" ? 1 : all.length - 1)) % all.length;
      all[at].setAttribute("aria-selected", "true");
      all[at].scrollIntoView({ block: "nearest" });
      owner.setAttribute("aria-activedescendant", all[at].id);
    }
    if (e.key === "Enter") { e.preventDefault(); choose(); }
    if (e.key === "Escape") { e.stopPropagation(); close(); }
  }, true);
})();

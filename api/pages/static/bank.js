// The bank: rows are looked at as one walks, the difference follows what one ticks, Enter takes.
"use strict";
(() => {
  const { $, $$, typing, cents, money } = window.belegfluss;
  const list = $("#marks[data-bank]");
  if (!list) return;
  const form = () => $("#match");
  const lines = () => $$("[name=item]", form());
  const pay = box => $("[name^=pay-]", box.closest("tr"));
  const off = box => $("[name^=off-]", box.closest("tr"));

  /* What no ticked line has; with nothing left, or a word for it, it can be taken. */
  const cents2 = text => Math.round(parseFloat(text) * 100);
  const difference = () => $("[data-difference]", form());
  const rest = () => cents2(difference().dataset.difference) - lines().filter(box => box.checked).reduce((all, box) => all + cents(pay(box).value), 0);
  function count() {
    if (!form()) return;
    const left = rest(), kind = $("#rest");
    $("[data-have]").textContent = money(cents2(difference().dataset.difference) - left);
    difference().textContent = money(left);
    const some = lines().some(box => box.checked), account = $(".account", form());
    const way = kind.value === "account" ? account.value : kind.value;
    const ready = some ? !left || way : way && ["fees", "account"].includes(kind.value) && $$("[name=m]", form()).length === 1;
    difference().closest("[data-state]").dataset.state = ready ? "even" : "open";
    $("#take").setAttribute("aria-disabled", ready ? "false" : "true");
    account.hidden = kind.value !== "account";
    $(".code", form()).hidden = !["fees", "account"].includes(kind.value);
    $$(".js", form()).forEach(button => { button.hidden = !left || (button.dataset.rest === "discount" && !(some && left < 0)); });
  }
  document.addEventListener("input", e => { if (e.target.closest("#match")) count(); });
  document.addEventListener("change", e => { if (e.target.closest("#match")) count(); });
  document.addEventListener("click", e => {
    const way = e.target.closest("[data-rest]")?.dataset.rest;
    if (way === "fees") { $("#rest").value = "fees"; count(); $("#take").focus(); }
    if (way === "discount") {
      const box = lines().find(each => each.checked && off(each)), short = -rest();
      if (!box) return;
      pay(box).value = money(cents(pay(box).value) - short);
      off(box).value = money(cents(off(box).value) + short);
      count();
      $("#take").focus();
    }
  });

  /* What is beside follows the row one is on; once rows are marked, it is of those. */
  let asked = 0, waiting, seen = $("[data-row][aria-current] [data-choose]", list)?.dataset.choose;
  const boxes = () => $$("[name=m]", list);
  const marked = () => boxes().filter(box => box.checked);
  const key = row => $("[data-choose]", row)?.dataset.choose;
  /* What waits for money is read for a dozen rows at once; what is a minute old is asked for anew. */
  const ahead = new Map(), DOZEN = 12, MINUTE = 60_000;
  function look(ids) {
    const wanted = new URLSearchParams([...new FormData(list)].filter(([name]) => name !== "m"));
    ids.forEach(id => wanted.append("m", id));
    clearTimeout(waiting);
    const known = ids.length === 1 && ahead.get(ids[0]);
    if (known && Date.now() - known.at < MINUTE) { ++asked; place(known.text); return; }
    if (ids.length === 1) wanted.set("ahead", DOZEN);
    waiting = setTimeout(() => show(wanted, null, ids[0]), 60);
  }
  function place(text) { $("#cand").innerHTML = text; count(); }
  function keep(text, id) {
    const got = document.createElement("template"), at = Date.now();
    got.innerHTML = text;
    $$("template[data-for]", got.content).forEach(each => { ahead.set(each.dataset.for, { at, text: each.innerHTML }); each.remove(); });
    if (id) ahead.set(id, { at, text: got.innerHTML });
    return got.innerHTML;
  }
  function show(wanted, after, id) {
    const mine = ++asked;
    fetch(`${list.dataset.bank}?${wanted}`, { headers: { "HX-Request": "true" } })
      .then(answer => (answer.ok ? answer.text() : Promise.reject(answer)))
      .then(text => { const own = wanted.has("ahead") ? keep(text, id) : text; if (mine === asked) { place(own); after?.(); } })
      .catch(answer => { if (answer?.status === 401) location.reload(); });
  }
  /* What the page left out: it is put where it belongs, and never over what was chosen since. */
  function complete(text) {
    const got = document.createElement("template");
    got.innerHTML = text;
    $$("tr[data-for]", got.content).forEach(told => {
      const row = $(`[data-choose="${told.dataset.for}"]`, list)?.closest("tr"), [mark, words] = told.cells;
      if (row) { $(".l-mark", row).replaceChildren(...mark.childNodes); $(".l-sub", row).replaceChildren(...words.childNodes); }
    });
    const sure = $("#sure"), said = $("[data-sure]", got.content);
    if (sure && said) sure.replaceChildren(...said.childNodes);
    if (!asked) { $("#cand").replaceChildren(...$("[data-desk]", got.content).childNodes); count(); }
    $("#cand").removeAttribute("aria-busy");
  }
  if (list.dataset.later) {
    fetch(list.dataset.later, { headers: { "HX-Request": "true" } })
      .then(answer => (answer.ok ? answer.text() : Promise.reject(answer)))
      .then(complete)
      .catch(answer => { if (answer?.status === 401) location.reload(); else location.search += `${location.search ? "&" : "?"}whole=true`; });
  }
  function stand(row) {
    $$("[data-row]", list).forEach(each => { each.classList.toggle("on", each === row || marked().some(box => each.contains(box))); each.removeAttribute("aria-current"); });
    row.setAttribute("aria-current", "true");
    ways();
  }
  function only(row) {
    boxes().forEach(box => { box.checked = false; });
    seen = key(row);
    stand(row);
    look([seen]);
  }
  /* A group has one direction: money in and money out are not marked together. */
  function ways() {
    const first = marked()[0];
    boxes().forEach(box => { box.disabled = Boolean(first) && Math.sign(box.dataset.move) !== Math.sign(first.dataset.move); });
  }
  list.addEventListener("click", e => {
    const link = e.target.closest("[data-choose]");
    if (link && !e.ctrlKey && !e.metaKey && !e.shiftKey) { e.preventDefault(); only(link.closest("tr")); if (innerWidth <= 860) $("#cand").scrollIntoView(); }
  });
  list.addEventListener("focusin", e => {
    const row = e.target.matches("[data-choose]:focus-visible") && e.target.closest("tr");
    if (!row) return;
    if (marked().length) stand(row); else if (key(row) !== seen) only(row);
  });
  list.addEventListener("change", e => {
    if (!e.target.matches("[name=m]")) return;
    /* Who looks at one movement and marks another means both. */
    const before = boxes().find(box => box.value === seen);
    if (e.target.checked && marked().length === 1 && before && Math.sign(before.dataset.move) === Math.sign(e.target.dataset.move)) before.checked = true;
    const ids = marked().map(box => box.value);
    if (!ids.length) seen = e.target.value;
    stand(e.target.closest("tr"));
    look(ids.length ? ids : [seen]);
  });

  document.addEventListener("submit", e => {
    if (e.target.id !== "finding") return;
    e.preventDefault();
    show(new URLSearchParams(new FormData(e.target)), () => $("#find").focus());
  });

  /* Enter takes what is beside the row one is on; figures tick. A key that is held down does not. */
  const ready = () => form() && $("#take").getAttribute("aria-disabled") !== "true";
  const shown = row => marked().length > 0 || $$("#match [name=m]").some(each => each.value === key(row));
  addEventListener("keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey || $("dialog[open]")) return;
    const row = e.target.closest?.("#marks [data-row]");
    if (e.key === "Enter" && (e.target.matches("body, main") || (row && e.target.matches("a")))) {
      if (e.repeat) { e.preventDefault(); return; }
      if (ready() && (!row || shown(row))) { e.preventDefault(); form().requestSubmit($("#take")); }
      return;
    }
    if (typing(e) || window.belegfluss.kept.get("letters") === "off") return;
    if (/^[1-9]$/.test(e.key)) { const box = $(`[data-key-number="${e.key}"]`); if (box) { e.preventDefault(); box.checked = !box.checked; count(); } }
  }, true);

  if (marked().length === 1) marked()[0].checked = false;
  ways();
  count();
})();

// The letter's link keeps its token behind the #, where no server sees it: put it into the form.
"use strict";
(() => {
  const found = /token=([A-Za-z0-9]+)/.exec(location.hash), field = document.getElementById("l0");
  if (!found || !field) return;
  field.value = found[1];
  document.getElementById("l0-label").hidden = true;
  history.replaceState(null, "", location.pathname);
  document.getElementById("l1").focus();
})();

// Passkeys: the browser asks the authenticator, the form carries the answer.
"use strict";
(() => {
  const able = window.PublicKeyCredential?.parseRequestOptionsFromJSON;
  if (!able) return;
  document.querySelectorAll("[data-passkey], [data-make-passkey]").forEach(button => { button.hidden = false; });
  document.querySelectorAll("[data-no-passkeys]").forEach(each => { each.hidden = true; });

  async function question(address, form) {
    const body = new FormData();
    if (form.elements.csrf) body.set("csrf", form.elements.csrf.value);
    const answer = await fetch(address, { method: "POST", body });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }
  function put(form, name, credential) {
    let field = form.elements[name];
    if (!field) {
      field = Object.assign(document.createElement("input"), { type: "hidden", name });
      form.append(field);
    }
    field.value = JSON.stringify(credential.toJSON());
  }
  function said(form, text) {
    const place = form.querySelector("[data-passkey-said]:last-of-type");
    if (place) place.textContent = text ? place.dataset.passkeySaid : "";
  }
  async function show(address, form) {
    const asked = PublicKeyCredential.parseRequestOptionsFromJSON(await question(address, form));
    put(form, "credential", await navigator.credentials.get({ publicKey: asked }));
    form.querySelectorAll("[data-proof]").forEach(field => { field.required = false; });
  }
  async function make(address, form) {
    const asked = PublicKeyCredential.parseCreationOptionsFromJSON(await question(address, form));
    put(form, "made", await navigator.credentials.create({ publicKey: asked }));
  }
  document.addEventListener("click", async e => {
    const button = e.target.closest("[data-passkey], [data-make-passkey]");
    if (!button || button.disabled) return;
    const form = button.form, makes = button.dataset.makePasskey;
    if (makes && !form.reportValidity()) return;
    button.disabled = true;
    said(form, false);
    try {
      await (makes ? make(makes, form) : show(button.dataset.passkey, form));
      // A new passkey is made after its proof was given; elsewhere the proof sends the form.
      if (makes || !form.querySelector("[data-make-passkey]")) form.requestSubmit();
    } catch { said(form, true); }
    button.disabled = false;
  });
})();

// Lets the browser make or show a key; without this file the other methods work as before.
const letters = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const described = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

/** Write what the server asks in the form that browsers take, old ones too. */
function question(asked) {
  return {
    ...asked,
    challenge: bytes(asked.challenge),
    ...(asked.user && { user: { ...asked.user, id: bytes(asked.user.id) } }),
    ...(asked.excludeCredentials && { excludeCredentials: described(asked.excludeCredentials) }),
    ...(asked.allowCredentials && { allowCredentials: described(asked.allowCredentials) }),
  };
}

/** Write what the browser answered as text. */
function answer(key) {
  const { response } = key;
  const said = { clientDataJSON: letters(response.clientDataJSON) };
  if (response.attestationObject) said.attestationObject = letters(response.attestationObject);
  if (response.authenticatorData) said.authenticatorData = letters(response.authenticatorData);
  if (response.signature) said.signature = letters(response.signature);
  if (response.userHandle) said.userHandle = letters(response.userHandle);
  return JSON.stringify({
    id: key.id,
    rawId: letters(key.rawId),
    type: key.type,
    response: said,
    clientExtensionResults: key.getClientExtensionResults(),
  });
}

async function asked(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const token = form.elements.csrfmiddlewaretoken.value;
  const reply = await fetch(form.dataset.ask, { method: "POST", headers: { "X-CSRFToken": token } });
  return reply.json();
}

async function use(form) {
  const failed = form.querySelector("[data-passkey-failed]");
  failed.hidden = true;
  try {
    const publicKey = question(await asked(form));
    const key = await navigator.credentials[form.dataset.passkey]({ publicKey });
    form.elements.answer.value = answer(key);
    form.submit();
  } catch {
    failed.hidden = false;
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  const ways = form.closest("section");
  if (ways) ways.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    use(form);
  });
}

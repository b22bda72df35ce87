// Reads a chip through the program on this PC; without it the same fields are filled by hand.
const items = (found) => ({
  chip_name: found.basic_four.name,
  chip_address: found.basic_four.address,
  chip_born_on: found.basic_four.born_on,
  chip_sex: found.basic_four.sex,
  expires_on: found.validity.expires_on,
  certificate_expires_on: found.validity.certificate_expires_on,
  municipality: found.validity.municipality,
});

function say(part, code, values = {}) {
  const words = part.querySelector("template").content.querySelector(`[data-say="${code}"]`);
  const text = words?.textContent ?? "";
  part.querySelector("[data-chip-said]").textContent = text.replaceAll("{left}", values.left ?? "");
}

async function permission(part, challenge) {
  const reply = await fetch(part.dataset.chipToken, {
    method: "POST",
    headers: { "X-CSRFToken": part.closest("form").elements.csrfmiddlewaretoken.value },
    body: new URLSearchParams({ challenge }),
  });
  const { token } = await reply.json();
  return token;
}

function fill(part, found) {
  const form = part.closest("form");
  for (const [name, value] of Object.entries(items(found))) {
    const field = form.elements.namedItem(name);
    if (field) field.value = value;
  }
  form.querySelector("[data-chip-done]")?.click();
}

/** Read one card: the program asks, the server signs its question, the program reads. */
function read(part, by) {
  return new Promise((settle) => {
    let ended = "";
    const wire = new WebSocket(`ws://127.0.0.1:${part.dataset.chip}`);
    const send = (message) => wire.send(JSON.stringify(message));
    const end = (code, values) => {
      ended ||= code;
      say(part, ended, values);
      wire.close();
    };
    const answers = {
      async hello({ challenge }) {
        const token = await permission(part, challenge).catch(() => "");
        send({ type: "pair", token });
      },
      paired: () => send({ type: "read", what: "basic_four", by }),
      progress: (told) => say(part, told.step, told),
      error: (told) => end(told.code, told),
      result(found) {
        end("result");
        fill(part, found);
      },
    };
    wire.addEventListener("message", ({ data }) => {
      const told = JSON.parse(data);
      answers[told.type]?.(told);
    });
    const over = () => {
      if (!ended) end("no_agent");
      settle();
    };
    // A connection that a policy forbids fails without ever being closed.
    wire.addEventListener("error", over);
    wire.addEventListener("close", over);
  });
}

for (const part of document.querySelectorAll("[data-chip]")) {
  part.hidden = false;
  part.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-chip-read]");
    if (!button || part.getAttribute("aria-busy") === "true") return;
    part.setAttribute("aria-busy", "true");
    say(part, "connecting");
    await read(part, button.dataset.chipRead);
    part.removeAttribute("aria-busy");
  });
}

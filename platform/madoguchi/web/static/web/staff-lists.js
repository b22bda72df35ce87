/** Count the chosen rows, choose all of a page, and close menus by a press elsewhere. */
export function chooseRows() {
  const form = document.querySelector(".t-bulk");
  const all = form?.querySelector("[data-all]");
  const boxes = [...(form?.querySelectorAll("input[name=row]") ?? [])];
  const said = form?.querySelector("[data-picked]");
  const tell = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    said.textContent = chosen ? `${chosen}件` : "";
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  };
  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const box of boxes) box.checked = all.checked;
    });
    form.addEventListener("change", tell);
    tell();
  }
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll(".t-menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
}

/** Print where a button asks for it. */
export function printPages() {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
}

/** Let a part that renews itself wait while somebody chooses rows or has a menu open in it. */
export function waitWhileBusy() {
  document.addEventListener("htmx:beforeRequest", (event) => {
    const part = event.target.closest("[data-waits]");
    if (!part) return;
    const isBusy = part.querySelector(".t-menu[open], input[name=row]:checked");
    if (isBusy || part.contains(document.activeElement)) event.preventDefault();
  });
  document.addEventListener("htmx:afterSwap", chooseRows);
}

/** Send a reader on to the next field where it ends a number with Enter. */
export function readNumbers() {
  for (const button of document.querySelectorAll("button[name=scan]")) {
    const form = button.form;
    const number = form.querySelector("input:not([type=hidden])");
    const goOn = () => form.querySelector("[name=birthday]").focus();
    // No longer what Enter in any other field would press.
    button.type = "button";
    button.addEventListener("click", goOn);
    number?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || !number.value) return;
      event.preventDefault();
      goOn();
    });
  }
}

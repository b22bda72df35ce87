/** Move the focus to what must be corrected, also where autofocus is ignored. */
export function focusOnErrors(root = document) {
  const errors = root.querySelector("[data-focus]");
  errors?.focus();
  // An address that ends in #main, as the skip link leaves it, draws the focus away once more.
  if (errors && location.hash) addEventListener("load", () => setTimeout(() => errors.focus()));
}

/** Send a form once, however often the button is pressed. */
export function sendOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    for (const button of form.querySelectorAll("button[type=submit]")) {
      button.setAttribute("aria-disabled", "true");
    }
  });
  // Coming back through the history must not find a dead form.
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("[aria-disabled]")) {
        button.removeAttribute("aria-disabled");
      }
    }
  });
}

/**
 * Let a page that answered a form open afresh when somebody comes back to it.
 *
 * What we show is never kept by browsers: coming back to such a page ends on the browser's own error
 * otherwise. Only where the address of the form opens a page, too.
 */
export function openAfresh() {
  if ("posted" in document.body.dataset) history.replaceState(history.state, "", location.href);
}

/** Close an open menu by Escape or by a press elsewhere. */
export function closeMenus() {
  const close = (except) => {
    for (const menu of document.querySelectorAll(".r-tools[open]")) {
      if (menu !== except) menu.open = false;
    }
  };
  document.addEventListener("click", (event) => close(event.target.closest(".r-tools")));
  document.addEventListener("keydown", (event) => {
    const open = document.querySelector(".r-tools[open]");
    if (event.key !== "Escape" || !open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
}

/** Choose the size of letters without leaving the page, so that nothing typed is lost. */
export function sizeText() {
  document.addEventListener("click", async (event) => {
    const chosen = event.target.closest("[data-text-size]");
    if (!chosen) return;
    event.preventDefault();
    document.documentElement.dataset.text = chosen.dataset.textSize;
    for (const link of document.querySelectorAll("[data-text-size]")) {
      if (link === chosen) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    // The cookie is the server's; the page it leads back to is not needed.
    await fetch(chosen.href, { redirect: "manual" });
  });
}

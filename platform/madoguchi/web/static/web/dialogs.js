/** Open and close dialogs; without this file they are sections of their page. */
export function openDialogs(root = document) {
  // A modal dialog must not be open already, as it is for pages without scripts.
  for (const dialog of root.querySelectorAll("dialog.dialog[open]:not(:modal)")) {
    dialog.close();
    if ("shown" in dialog.dataset) dialog.showModal();
  }
  root.addEventListener("click", (event) => {
    const { opens, closes } = event.target.closest("[data-opens], [data-closes]")?.dataset ?? {};
    if (opens) {
      event.preventDefault();
      document.getElementById(opens)?.showModal();
    }
    if (closes) document.getElementById(closes)?.close();
    if (event.target.matches?.("dialog.dialog")) event.target.close();
  });
}

/** Copy a value and say so. */
export function copyValues() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copies]");
    if (!button) return;
    const value = document.getElementById(button.dataset.copies);
    // Old terminals and plain http have no clipboard: the value is selected for the keyboard.
    if (navigator.clipboard) await navigator.clipboard.writeText(value.textContent);
    else getSelection().selectAllChildren(value);
    button.parentElement.querySelector("output").textContent = button.dataset.done;
  });
}

/** Say at once which file was chosen, and when it is larger than the server takes. */
export function weighFiles() {
  document.addEventListener("change", (event) => {
    const { files, dataset, id } = event.target;
    const said = document.getElementById(`${id}_chosen`);
    if (!files?.length || !said) return;
    const large = dataset.limit && files[0].size > Number(dataset.limit);
    said.textContent = large ? dataset.tooLarge : files[0].name;
    said.classList.toggle("field-chosen--bad", Boolean(large));
  });
}

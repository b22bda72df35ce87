// A reader ends a code with Enter: go on to the next field instead of sending half a form.
document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("[data-next]");
  if (!field?.value || event.key !== "Enter" || event.isComposing) return;
  const next = field.form.querySelector(`[name="${field.dataset.next}"]`);
  if (!next) return;
  event.preventDefault();
  next.focus();
});

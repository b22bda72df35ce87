// While somebody changes numbers, the draft is kept and its picture drawn anew; without this a button does it.
const WAIT = 600;

function watch(editor) {
  const form = editor.querySelector("form");
  const picture = editor.querySelector("[data-preview]");
  let field = new URL(picture.src).searchParams.get("field") ?? "";
  let timer = 0;
  let turn = 0;

  function show() {
    turn += 1;
    const address = new URL(picture.src);
    address.searchParams.set("field", field);
    address.searchParams.set("turn", turn);
    picture.src = address.href;
  }

  async function keep() {
    const reply = await fetch(form.action || location.href, { method: "POST", body: new FormData(form) });
    if (reply.ok) show();
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, WAIT);
  });
  form.addEventListener("focusin", ({ target }) => {
    const name = target.name?.slice(0, target.name.lastIndexOf("-")) ?? "";
    if (!name || name === field || !target.classList.contains("forms-number")) return;
    field = name;
    show();
  });
}

for (const editor of document.querySelectorAll("[data-editor]")) watch(editor);

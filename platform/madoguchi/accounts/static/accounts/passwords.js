// Tells at once which rules a new password keeps; what needs the server's lists is told after sending.
const KINDS = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{Ll}\p{Lu}\p{Nd}]/u];

const folded = (text) => text.normalize("NFKC").toLowerCase();

const judges = {
  length: (typed, value) => [...typed].length >= Number(value),
  classes: (typed, value) => KINDS.filter((kind) => kind.test(typed)).length >= Number(value),
  digits: (typed) => !/^\p{Nd}+$/u.test(typed),
  repeats: (typed, value) => new Set(typed).size >= Number(value),
  words: (typed, value) => !value.split(" ").some((word) => word && folded(typed).includes(word)),
};

const field = document.querySelector("input[name=new_password]");
const rules = document.querySelectorAll("[data-password-rules] [data-rule]");

field?.addEventListener("input", () => {
  for (const rule of rules) {
    const judge = judges[rule.dataset.rule];
    const isMet = judge?.(field.value, rule.dataset.value);
    rule.dataset.met = !judge || !field.value ? "unknown" : isMet ? "yes" : "no";
  }
});

// Reads a list of notice numbers and names, as spreadsheets write it.
// As the server reads a number that somebody types.
function plain(number) {
  return number.normalize("NFKC").toUpperCase().replace(/[\s\-‐-―−ー－\u00ad\u200b-\u200f\u2060\ufeff]/gu, "");
}

function decoded(content) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    return new TextDecoder("shift_jis").decode(content);
  }
}

function cells(text) {
  const first = text.slice(0, Math.max(0, text.search(/[\r\n]/)));
  const comma = first.includes("\t") ? "\t" : ",";
  const rows = [[]];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') cell += text[(at += 1)];
      else quoted = false;
    } else if (sign === '"' && cell === "") quoted = true;
    else if (sign === comma) cell = void rows.at(-1).push(cell) ?? "";
    else if (sign === "\n") {
      rows.at(-1).push(cell.replace(/\r$/, ""));
      rows.push([]);
      cell = "";
    } else cell += sign;
  }
  rows.at(-1).push(cell);
  return rows;
}

// Everybody in a file of names, or null where a column is missing.
export function peopleIn(content) {
  return listed(decoded(content));
}

function listed(text) {
  const [heading, ...rows] = cells(text.replace(/^\uFEFF/, ""));
  const find = (words) => heading.findIndex((title) => words.test(title.normalize("NFKC").trim()));
  const number = find(/^(交付)?通知書(の)?番号$/);
  const name = find(/^(氏名|名前)$/);
  const kana = find(/^(氏名)?(カナ|かな|フリガナ|ふりがな)$/);
  if (number < 0 || name < 0) return null;
  return rows
    .filter((row) => row[number] && row[name])
    .map((row) => ({ number: plain(row[number]), name: row[name].trim(), kana: (row[kana] ?? "").trim() }));
}

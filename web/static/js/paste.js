// Text copied out of Word or a web page, as Markdown: headings, lists, tables and bold stay, everything else is dropped.

const BLOCK = /<(?:p|h[1-6]|li|table|div|b|strong)\b/i;
const SKIPPED = new Set(["STYLE", "SCRIPT", "META", "LINK", "TITLE", "XML", "TEMPLATE", "IFRAME", "OBJECT", "SVG", "IMG", "O:P"]);
const HEADING = /^H([1-6])$/;

const LAST_OF_LIST = /^((?:-|1\.) [^\n]*)\n(?!(?:-|1\.) |\n)/gm; // what follows right below would be taken for a part of it
const MARKER = /^(?:[·•●\-]|[(（]?\d+[.、)）])\s*/;

const flat = (text) => text.replace(/[\s\u00a0]+/g, " ");

/** The Markdown of a piece of HTML; "" where its plain text says as much. Nothing of it is ever put into a page. */
export function markdownOf(html) {
  if (!BLOCK.test(html)) return "";
  const body = new DOMParser().parseFromString(html, "text/html").body;
  const found = blocks(body).replace(/[ \t]+\n/g, "\n").replace(LAST_OF_LIST, "$1\n\n");
  return found.replace(/\n{3,}/g, "\n\n").trim();
}

function blocks(node) {
  let out = "";
  let line = "";
  const end = () => {
    if (line.trim()) out += `${line.trim()}\n\n`;
    line = "";
  };
  for (const child of node.childNodes) {
    const text = child.nodeType === Node.TEXT_NODE ? flat(child.data) : inline(child);
    if (text !== null) line += text;
    else {
      end();
      out += block(child);
    }
  }
  end();
  return out;
}

/** The words of what stands within a line, null for what is a block of its own. */
function inline(node) {
  if (node.nodeType !== Node.ELEMENT_NODE || SKIPPED.has(node.tagName)) return "";
  if (node.tagName === "BR") return "\n";
  if (/^(?:P|DIV|UL|OL|LI|TABLE|TBODY|TR|BLOCKQUOTE|SECTION|ARTICLE|H[1-6])$/.test(node.tagName)) return null;
  const inner = [...node.childNodes].map((child) => (child.nodeType === Node.TEXT_NODE ? flat(child.data) : inline(child) ?? flat(child.textContent))).join("");
  return /^(?:B|STRONG)$/.test(node.tagName) && inner.trim() ? `**${inner.trim()}**` : inner;
}

function block(node) {
  const heading = HEADING.exec(node.tagName);
  const words = () => flat([...node.childNodes].map((child) => (child.nodeType === Node.TEXT_NODE ? child.data : inline(child) ?? child.textContent)).join("")).trim();
  if (heading) return words() ? `${"#".repeat(Math.max(2, Math.min(3, Number(heading[1]))))} ${words().replaceAll("**", "")}\n\n` : "";
  if (node.tagName === "LI") return `${node.parentElement?.tagName === "OL" ? "1." : "-"} ${words()}\n`;
  if (node.tagName === "UL" || node.tagName === "OL") return `${[...node.children].map(block).join("")}\n`;
  if (node.tagName === "TABLE") return table(node);
  if (/MsoListParagraph/.test(node.className)) return `${/^[(（]?\d/.test(words()) ? "1." : "-"} ${words().replace(MARKER, "")}\n`;
  if (node.tagName === "BLOCKQUOTE") return `> ${words()}\n\n`;
  return blocks(node);
}

function table(node) {
  const rows = [...node.querySelectorAll("tr")].map((row) => [...row.cells].map((cell) => flat(cell.textContent).trim().replaceAll("|", "\\|")));
  const width = Math.max(0, ...rows.map((row) => row.length));
  if (!width) return "";
  const lines = rows.map((row) => `| ${[...row, ...Array(width - row.length).fill("")].join(" | ")} |`);
  lines.splice(1, 0, `|${"---|".repeat(width)}`);
  return `${lines.join("\n")}\n\n`;
}

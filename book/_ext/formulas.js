// Typeset formulas: a JSON list of [TeX, whether it is displayed] on stdin becomes a list of {html} or {error} on stdout.
// The one argument is the path of KaTeX. `formulas.py` calls this when the book is built; no page loads it.
const { readFileSync } = require("node:fs");
const katex = require(process.argv[2]);

function typeset([tex, displayMode]) {
  try {
    return { html: katex.renderToString(tex, { displayMode, strict: "error" }) };
  } catch (error) {
    return { error: error.message };
  }
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(typeset)));

// Prints the gzip size of the first view and fails when its scripts and styles together are over budget.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const budget = 300 * 1024;
const html = readFileSync("dist/app.html", "utf8");
const first = readdirSync("dist/assets").filter((name) => html.includes(name));
// One language is read by each agent: the larger one counts.
const size = (name) => gzipSync(readFileSync(`dist/assets/${name}`)).length;
const languages = readdirSync("dist/assets").filter((name) => /^(en|ru)-.*\.js$/.test(name));
if (languages.length !== 2) throw new Error(`languages: got ${languages}, want en and ru`);
const words = Math.max(...languages.map(size));
const gzip = (ext) => first.filter((name) => name.endsWith(ext)).reduce((sum, name) => sum + size(name), 0);
const js = gzip(".js") + words;
const css = gzip(".css");
const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
console.log(`first view, gzip: ${kilobytes(js)} JS + ${kilobytes(css)} CSS = ${kilobytes(js + css)}`);
if (js === 0 || css === 0 || js + css > budget) {
  console.error(`first view: got ${js + css} bytes of scripts and styles, want 1 to ${budget}`);
  process.exit(1);
}

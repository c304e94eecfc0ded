// Prints the gzip size of the first view and fails when its JavaScript is over budget.
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
console.log(`first view, gzip: ${(js / 1024).toFixed(1)} KB JS + ${(gzip(".css") / 1024).toFixed(1)} KB CSS`);
if (js === 0 || js > budget) {
  console.error(`first view: got ${js} bytes of JavaScript, want 1 to ${budget}`);
  process.exit(1);
}

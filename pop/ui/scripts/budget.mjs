// Prints the gzip size of the first view and fails when its JavaScript is over budget.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const budget = 300 * 1024;
const html = readFileSync("dist/app.html", "utf8");
const first = readdirSync("dist/assets").filter((name) => html.includes(name));
const gzip = (ext) =>
  first
    .filter((name) => name.endsWith(ext))
    .reduce((sum, name) => sum + gzipSync(readFileSync(`dist/assets/${name}`)).length, 0);
const js = gzip(".js");
console.log(`first view, gzip: ${(js / 1024).toFixed(1)} KB JS + ${(gzip(".css") / 1024).toFixed(1)} KB CSS`);
if (js === 0 || js > budget) {
  console.error(`first view: got ${js} bytes of JavaScript, want 1 to ${budget}`);
  process.exit(1);
}

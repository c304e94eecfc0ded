import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const imports = /import \{([^}]*)\} from "@mantine\/core"/g;
const named = (code: string): string[] =>
  [...code.matchAll(imports)].flatMap((match) => (match[1] ?? "").split(",").map((name) => name.trim()));

describe("Mantine's styles", () => {
  it("are there for each of its components that the page uses", () => {
    const files = readdirSync("src", { recursive: true, encoding: "utf8" });
    const code = files
      .filter((file) => file.endsWith(".tsx"))
      .map((file) => readFileSync(`src/${file}`, "utf8"));
    const used = [...new Set(code.flatMap(named))].filter((name) =>
      existsSync(`node_modules/@mantine/core/styles/${name}.css`),
    );
    expect(used.length).toBeGreaterThan(10);
    const styles = readFileSync("src/app/mantine.css", "utf8");
    expect(used.filter((name) => !styles.includes(`/${name}.css"`))).toEqual([]);
  });
});

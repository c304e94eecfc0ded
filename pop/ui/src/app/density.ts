// How large everything is: each size of the page follows the root's.

export const densities = ["compact", "normal", "large"] as const;
export type Density = (typeof densities)[number];

const key = "callcard.density";
const sizes: Record<Density, string> = { compact: "93.75%", normal: "", large: "112.5%" };

export function rememberedDensity(): Density {
  try {
    const word = localStorage.getItem(key);
    return densities.find((known) => known === word) ?? "normal";
  } catch {
    return "normal";
  }
}

export function setDensity(density: Density): void {
  document.documentElement.style.fontSize = sizes[density];
  try {
    localStorage.setItem(key, density);
  } catch {
    // holds until the page is closed
  }
}

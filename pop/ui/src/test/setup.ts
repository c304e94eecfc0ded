// What jsdom lacks and Mantine asks for.
import { configure } from "@testing-library/react";
import { vi } from "vitest";

// A busy machine needs seconds for what takes milliseconds.
configure({ asyncUtilTimeout: 15_000 });

class NoObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

vi.stubGlobal("ResizeObserver", NoObserver);
vi.stubGlobal("IntersectionObserver", NoObserver);
window.HTMLElement.prototype.scrollIntoView = () => {};
window.scrollTo = () => {};
Object.defineProperty(document, "fonts", { value: new EventTarget() });
Object.defineProperty(window, "matchMedia", {
  value: (media: string) => Object.assign(new EventTarget(), { media, matches: false, onchange: null }),
});

import { useEffect } from "react";

/** Where the page's own title is kept while a ring shows another one. */
export const pageTitle = (): DOMStringMap => (document.querySelector("title") ?? document.body).dataset;

const app = "callcard";

/** Names the page in the browser's tab and history; a ring goes before it. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    name(`${title} · ${app}`);
    return () => name(app);
  }, [title]);
}

function name(title: string): void {
  const kept = pageTitle();
  kept.page = title;
  if (!kept.ring) document.title = title;
}

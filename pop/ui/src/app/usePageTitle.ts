import { useEffect } from "react";

/** Where the page's own title is kept while a ring shows another one. */
export const pageTitle = (): DOMStringMap => (document.querySelector("title") ?? document.body).dataset;

/** Names the page in the browser's tab and history; a ring goes before it. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    const kept = pageTitle();
    const before = kept.page;
    kept.page = title;
    if (!kept.ring) document.title = title;
    return () => {
      kept.page = before;
      if (!kept.ring) document.title = before ?? "callcard";
    };
  }, [title]);
}

import { useEffect, useState } from "react";

/** Whether the element with this id can be seen; true until that is known. */
export function useOnScreen(id: string | undefined): boolean {
  const [seen, setSeen] = useState(true);
  useEffect(() => {
    setSeen(true);
    const element = id ? document.getElementById(id) : null;
    if (!element) return;
    const observer = new IntersectionObserver(([entry]) => setSeen(entry?.isIntersecting ?? true));
    observer.observe(element);
    return () => observer.disconnect();
  }, [id]);
  return seen;
}

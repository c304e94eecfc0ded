// Numbers as people type and link them.

const dialable = /^\+?[\d*#][\d\s()*#./-]*$/;

/** What the server dials: no spaces, brackets and dashes; "" when the text is no number. */
export function dialled(text: string): string {
  const trimmed = text.trim();
  return dialable.test(trimmed) ? trimmed.replace(/[\s()./-]/g, "") : "";
}

/** The number in a link: "tel:+7-916-123-45-67;ext=5" (RFC 3966) → "+79161234567". */
export function ofLink(link: string): string {
  const [number = ""] = link.replace(/^(?:web\+)?(?:tel|callto):(?:\/\/)?/i, "").split(";");
  try {
    return dialled(decodeURIComponent(number));
  } catch {
    return "";
  }
}

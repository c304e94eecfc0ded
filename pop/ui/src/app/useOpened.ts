import { useEffect, useState } from "react";

/** A dialog that is mounted open gives the focus back to nobody: it has to be closed at first. */
export function useOpened(opened: boolean): boolean {
  const [shown, setShown] = useState(false);
  useEffect(() => setShown(opened), [opened]);
  return shown;
}

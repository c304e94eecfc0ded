export const unresolved = {};

// The wire types of pkg/cti as the page uses them, by subject. Fields that Go may leave out are "" or []
// after decoding, so that views have no undefined to think about.

export * from "./types/agents";
export * from "./types/callbacks";
export * from "./types/calls";
export * from "./types/cards";
export * from "./types/frames";
export * from "./types/settings";

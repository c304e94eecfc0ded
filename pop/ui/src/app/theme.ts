import { ActionIcon, type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const sea: MantineColorsTuple = [
  "#eaf4f9",
  "#d6e6ee",
  "#a9ccdd",
  "#7ab1cc",
  "#559abe",
  "#3e8cb5",
  "#2c7aa3",
  "#266e95",
  "#1f6285",
  "#105475",
];

export const theme = createTheme({
  primaryColor: "sea",
  primaryShade: { light: 7, dark: 6 },
  colors: { sea },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    // WCAG 2.2, 2.5.8: no target below 24 px; Mantine's "sm" is 22.
    ActionIcon: ActionIcon.extend({
      vars: (_, { size }) => ({ root: size === "sm" ? { "--ai-size": "24px" } : {} }),
    }),
    // The placeholder is a focusable child of the menu that is no item of it; the first item takes the focus.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } }, // by name: menus come after the first view
  },
  headings: { fontWeight: "600", sizes: { h1: { fontSize: "1.125rem" }, h2: { fontSize: "1rem" } } },
});

/** Mantine's dimmed grey on white is 3.3:1; WCAG 2.2 AA wants 4.5:1 for small text. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#59636e",
    "--mantine-color-error": "#b42318",
    "--mantine-color-body": "#ffffff",
    "--cc-ground": "#f3f5f7",
    "--cc-line": "#dbe0e5",
    "--cc-ring": "#a85b00",
    "--cc-talk": "#1b7f4d",
    "--cc-hold": "#7a5bb0",
    "--cc-dial": "#266e95",
    "--cc-closed": "#8a949e",
    "--cc-chosen": "#266e95",
    "--cc-ring-tint": "#fff6e8",
    "--cc-soft": "#f6f8fa",
  },
  dark: {
    "--mantine-color-dimmed": "#a3adb8",
    "--mantine-color-error": "#ff8a80",
    "--mantine-color-body": "#1f2429",
    "--cc-ground": "#14181c",
    "--cc-line": "#353c44",
    "--cc-ring": "#f0a23c",
    "--cc-talk": "#4cc38a",
    "--cc-hold": "#b79cf0",
    "--cc-dial": "#7ab1cc",
    "--cc-closed": "#77818c",
    "--cc-chosen": "#266e95",
    "--cc-ring-tint": "#2c2519",
    "--cc-soft": "#262c32",
  },
});

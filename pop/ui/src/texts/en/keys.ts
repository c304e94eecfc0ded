export const keys = {
  title: "Keyboard shortcuts",
  enabled: "Single keys work",
  hint: "Keys act on the card with the focus, else on the topmost one, and never while you type.",
  action: {
    list: "This list",
    ready: "Ready",
    notReady: "Not ready: choose the reason with the arrows",
    next: "Next card",
    previous: "Previous card",
    choose: "Choose the contact with this number in the list",
    create: "New contact",
    why: "Why did this card come?",
    dismiss: "Dismiss a closed card",
  },
};

export const dialer = {
  open: "Call a number",
  number: "Name or number",
  placeholder: "+44 20 7946 0018",
  call: "Call",
  hint: "Your phone rings first.",
  empty: "Nobody found",
  started: "Pick up your phone: {{number}} is called then.",
  failed: "{{number}} was not called: {{detail}}",
  handler: "Open tel: links here",
};

export const failure = {
  unreachable: "callcard does not answer",
  login: "your login has ended",
  throttled: "too many requests",
  forbidden: "this is not allowed",
  not_found: "it is not there any more",
  invalid: "{{detail}}",
  unavailable: "not available just now",
  refused: "{{detail}}",
  server: "an error on the server",
};

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
  reason: {
    call_over: "the call is over",
    call_changed: "the call has just changed",
    not_in_call: "your phone is not in this call",
    not_talking: "you do not talk in this call",
    keys_only: "the phones here do that by their own keys only",
    not_possible_now: "that is not possible at this moment of the call",
    not_recorded: "nothing records this call",
    no_phone: "no phone of yours is known that could ring",
    dialled_already: "this number is being dialled already",
    transfer_not_begun:
      "the phone system took the transfer but did not begin it. Tell the administrator: the queue must allow transfers (option t), and your phone must send sound",
  },
};

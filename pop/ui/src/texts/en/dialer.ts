export const dialer = {};

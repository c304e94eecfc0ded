import { describe, expect, it } from "vitest";
import { asTyped } from "./asTyped";
import { dialled, ofLink } from "./number";

describe("numbers to dial", () => {
  it.each([
    ["+7 (916) 123-45-67", "+79161234567"],
    [" 8 916 123.45.67 ", "89161234567"],
    ["*43", "*43"],
    ["1002", "1002"],
    ["Ivan", ""],
    ["7e5", ""],
    ["", ""],
    ["+", ""],
  ])("%j is %j", (text, number) => expect(dialled(text)).toBe(number));

  it.each([
    ["tel:+7-916-123-45-67;ext=5", "+79161234567"],
    ["tel:%2B79161234567", "+79161234567"],
    ["web+tel:112", "112"],
    ["callto://+4930901820", "+4930901820"],
    ["tel:javascript", ""],
    ["tel:%E0%A4%A", ""],
  ])("of the link %j is %j", (link, number) => expect(ofLink(link)).toBe(number));

  it.each([
    ["+7916", "+7 916"],
    ["+7 916 1", "+7 916 1"],
    ["8916", "8916"],
    ["Ivan +7", "Ivan +7"],
  ])("%j is written %j", (text, written) => expect(asTyped(text)).toBe(written));
});

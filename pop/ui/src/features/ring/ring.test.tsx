import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ringSamples } from "../../core/ringtone";
import type { FakeOffice } from "../../test/fakeServer";
import { renderDesk } from "../../test/render";
import { card } from "../../test/sample";

const sounding = { now: 0 };

class FakeAudio {
  state = "running";
  sampleRate = 8000;
  destination = {};
  createBuffer = () => ({ copyToChannel: () => {} });
  resume = async () => {};
  close = async () => {};
}

class FakeSource {
  connect(): void {}
  disconnect(): void {}
  start(): void {
    sounding.now++;
  }
  stop(): void {
    sounding.now--;
  }
}

class FakeNotice {
  static permission = "default";
  static asked = 0;
  static shown: FakeNotice[] = [];
  static requestPermission = async () => {
    FakeNotice.asked++;
    FakeNotice.permission = "granted";
    return "granted";
  };
  onclick: (() => void) | undefined;
  open = true;
  constructor(
    readonly title: string,
    readonly options: { body: string; tag: string },
  ) {
    FakeNotice.shown.push(this);
  }
  close(): void {
    this.open = false;
  }
}

function withBrowser(audio: string): void {
  sounding.now = 0;
  Object.assign(FakeNotice, { permission: "default", asked: 0, shown: [] });
  vi.stubGlobal(
    "AudioContext",
    class extends FakeAudio {
      override state = audio;
    },
  );
  vi.stubGlobal("AudioBufferSourceNode", FakeSource);
  vi.stubGlobal("Notification", FakeNotice);
  vi.spyOn(window, "focus").mockReturnValue();
}

const hide = (hidden: boolean) =>
  act(() => {
    vi.spyOn(document, "hidden", "get").mockReturnValue(hidden);
    document.dispatchEvent(new Event("visibilitychange"));
  });

afterEach(() => {
  for (const name of ["AudioContext", "AudioBufferSourceNode", "Notification"])
    vi.stubGlobal(name, undefined);
  localStorage.clear();
});

async function atTheDesk() {
  const office = await renderDesk();
  await screen.findByText("No calls now");
  return { office, user: userEvent.setup() };
}

const ring = (office: FakeOffice, id = "main:10") =>
  act(() => office.ring(card({ call_id: id, match: "internal", client_name: "Boris Kuznetsov" })));
const answer = (office: FakeOffice) =>
  act(() => office.change("main:10", { state: "accepted", call_state: "talking" }));

async function choose(user: ReturnType<typeof userEvent.setup>, name: string) {
  await user.click(screen.getByRole("button", { name: "Settings" }));
  await user.click(await screen.findByRole("menuitemcheckbox", { name }));
  await user.keyboard("{Escape}");
}

describe("the tab's title", () => {
  it("shows who rings, and goes back", async () => {
    document.title = "callcard";
    const { office } = await atTheDesk();
    ring(office);
    await waitFor(() => expect(document.title).toBe("Ringing: Boris Kuznetsov, +7 916 123 45 67"));
    answer(office);
    expect(document.title).toBe("callcard");
  });
});

describe("the ring sound", () => {
  it("is on where the browser lets a page sound, and ends with the ring", async () => {
    withBrowser("running");
    const { office } = await atTheDesk();
    ring(office);
    await waitFor(() => expect(sounding.now).toBe(1));
    answer(office);
    expect(sounding.now).toBe(0);
  });

  it.each([
    ["withdrawn", { state: "withdrawn", reason: "caller_left" }],
    ["expired", { expires_at: "2020-01-01T00:00:00Z" }],
  ] as const)("ends when the card is %s", async (_, change) => {
    withBrowser("running");
    const { office } = await atTheDesk();
    ring(office);
    await waitFor(() => expect(sounding.now).toBe(1));
    act(() => office.change("main:10", change));
    expect(sounding.now).toBe(0);
  });

  it("does not ring into a talk", async () => {
    withBrowser("running");
    const { office } = await atTheDesk();
    ring(office);
    answer(office);
    ring(office, "main:11");
    await new Promise((wait) => setTimeout(wait, 300));
    expect(sounding.now).toBe(0);
  });

  it("is off where sound is refused, until the agent asks; the choice is remembered", async () => {
    withBrowser("suspended");
    const { office, user } = await atTheDesk();
    withBrowser("running");
    ring(office);
    await choose(user, "Ring sound");
    await waitFor(() => expect(sounding.now).toBe(1));
    expect(localStorage.getItem("callcard.sound")).toBe("on");
    await choose(user, "Ring sound");
    expect(sounding.now).toBe(0);
  });

  it("is one second of tone without a click, then silence", () => {
    const samples = ringSamples(8000);
    expect(samples[0]).toBe(0);
    expect(Math.max(...samples.slice(0, 8000))).toBeGreaterThan(0.1);
    expect(Math.max(...samples)).toBeLessThan(0.25);
    expect(samples.slice(8000).every((each) => each === 0)).toBe(true);
  });
});

describe("desktop notifications", () => {
  it("are asked for by the agent only, come to a hidden page and go with the ring", async () => {
    withBrowser("running");
    const { office, user } = await atTheDesk();
    expect(FakeNotice.asked).toBe(0);
    await choose(user, "Desktop notifications");
    expect(FakeNotice.asked).toBe(1);
    hide(true);
    ring(office);
    await waitFor(() => expect(FakeNotice.shown).toHaveLength(1));
    const [notice] = FakeNotice.shown;
    expect(notice?.title).toBe("Boris Kuznetsov, +7 916 123 45 67");
    expect(notice?.options.tag).toBe("main:10");
    expect(screen.queryByRole("article")).toBeNull(); // drawn for nobody
    act(() => notice?.onclick?.());
    hide(false);
    await waitFor(() => expect(document.activeElement?.getAttribute("data-call")).toBe("main:10"));
    answer(office);
    expect(notice?.open).toBe(false);
  });

  it("do not come when the page is seen", async () => {
    withBrowser("running");
    const { office, user } = await atTheDesk();
    await choose(user, "Desktop notifications");
    hide(false);
    ring(office);
    await new Promise((wait) => setTimeout(wait, 300));
    expect(FakeNotice.shown).toEqual([]);
  });
});

// What the lists and their pages ask: past calls, contacts, recordings, queues.

import * as lists from "../protocol/lists";
import type * as t from "../protocol/types";
import * as wire from "../protocol/wire";
import { type Send, sender } from "./send";

/** Fields of GET /calls; an empty or missing one does not filter. */
export type CallQuery = Record<string, string | undefined>;

export type ContactChange = Partial<
  Pick<t.Contact, "name" | "company" | "phones" | "email" | "notes" | "vip" | "responsible" | "is_company">
>;

const calls = wire.pageOf(wire.callRecord);
const contacts = wire.pageOf(wire.candidate);
const queues = wire.pageOf(lists.queueState);

const id = encodeURIComponent;

function queryOf(fields: CallQuery): string {
  const filled = Object.entries(fields).filter((each): each is [string, string] => Boolean(each[1]));
  return new URLSearchParams(filled).toString();
}

export class ListApi {
  readonly #send: Send;

  constructor(fetcher: typeof fetch) {
    this.#send = sender(fetcher);
  }

  calls = async (query: CallQuery): Promise<t.Page<t.CallRecord>> =>
    calls(await this.#send("GET", `/calls?${queryOf(query)}`), "calls");

  call = async (callId: string): Promise<t.CallRecord> =>
    wire.callRecord(await this.#send("GET", `/calls/${id(callId)}`), "call");

  /** How many calls wait to be sorted; a hundred means as many or more. */
  unresolved = async (): Promise<number> => {
    const { count } = ((await this.#send("GET", "/calls/unresolved/count")) ?? {}) as { count?: number };
    return typeof count === "number" ? count : 0;
  };

  /** The call was nobody whom the directory should know. */
  notAClient = async (callId: string): Promise<void> => {
    await this.#send("POST", `/calls/${id(callId)}/resolve`, { as: "not_a_client" });
  };

  /** Contacts that may have this number. */
  withNumber = async (phone: string): Promise<t.Candidate[]> =>
    contacts(await this.#send("GET", `/contacts?${queryOf({ phone })}`), "contacts").items;

  contact = async (contactId: string): Promise<lists.ContactPage> =>
    lists.contactPage(await this.#send("GET", `/contacts/${id(contactId)}`), "contact");

  contactCalls = async (contactId: string, cursor: string): Promise<t.Page<t.CallRecord>> =>
    calls(await this.#send("GET", `/contacts/${id(contactId)}/calls?${queryOf({ cursor })}`), "calls");

  changeContact = async (contactId: string, change: ContactChange): Promise<t.Contact> =>
    wire.contact(await this.#send("PATCH", `/contacts/${id(contactId)}`, change), "contact");

  deleteContact = async (contactId: string): Promise<void> => {
    await this.#send("DELETE", `/contacts/${id(contactId)}`);
  };

  peaks = async (recordingId: string): Promise<lists.Peaks> =>
    lists.peaks(await this.#send("GET", `/recordings/${id(recordingId)}/peaks`), "peaks");

  /** Keeps all recordings of the call from being removed; for supervisors. */
  hold = async (recordingId: string, reason: string): Promise<void> => {
    await this.#send("PUT", `/recordings/${id(recordingId)}/hold`, { reason });
  };

  release = async (recordingId: string): Promise<void> => {
    await this.#send("DELETE", `/recordings/${id(recordingId)}/hold`);
  };

  queues = async (): Promise<lists.QueueState[]> =>
    queues(await this.#send("GET", "/queues"), "queues").items;
}

// What the page of webhooks asks.

import type { Page } from "../protocol/types";
import type { Delivery, Webhook } from "../protocol/webhooks";
import * as shape from "../protocol/webhooks";
import { pageOf } from "../protocol/wire";
import { type Send, sender } from "./send";

const hooks = pageOf(shape.webhook);
const deliveries = pageOf(shape.delivery);
const id = encodeURIComponent;

export interface Endpoint {
  url: string;
  format: string;
  events: string[];
  description?: string;
}

export class WebhookApi {
  readonly #send: Send;

  constructor(fetcher: typeof fetch) {
    this.#send = sender(fetcher);
  }

  all = async (): Promise<Webhook[]> => hooks(await this.#send("GET", "/webhooks"), "webhooks").items;

  add = async (endpoint: Endpoint): Promise<Webhook> =>
    shape.webhook(await this.#send("POST", "/webhooks", endpoint), "webhook");

  enable = async (hook: string, enabled: boolean): Promise<Webhook> =>
    shape.webhook(await this.#send("PATCH", `/webhooks/${id(hook)}`, { enabled }), "webhook");

  rotate = async (hook: string): Promise<Webhook> =>
    shape.webhook(await this.#send("POST", `/webhooks/${id(hook)}/secret`), "webhook");

  remove = async (hook: string): Promise<void> => {
    await this.#send("DELETE", `/webhooks/${id(hook)}`);
  };

  test = async (hook: string): Promise<void> => {
    await this.#send("POST", `/webhooks/${id(hook)}/test`);
  };

  deliveries = async (hook: string, state: string, cursor: string): Promise<Page<Delivery>> => {
    const query = new URLSearchParams({ limit: "50", ...(state && { state }), ...(cursor && { cursor }) });
    return deliveries(await this.#send("GET", `/webhooks/${id(hook)}/deliveries?${query}`), "deliveries");
  };

  delivery = async (delivery: string): Promise<Delivery> =>
    shape.delivery(await this.#send("GET", `/deliveries/${id(delivery)}`), "delivery");

  again = async (delivery: string): Promise<void> => {
    await this.#send("POST", `/deliveries/${id(delivery)}/replay`);
  };

  /** All dead messages of an endpoint once more. */
  replay = async (hook: string): Promise<void> => {
    await this.#send("POST", `/webhooks/${id(hook)}/replay`, { state: "dead" });
  };

  purge = async (hook: string): Promise<void> => {
    await this.#send("DELETE", `/webhooks/${id(hook)}/deliveries?state=dead`);
  };
}

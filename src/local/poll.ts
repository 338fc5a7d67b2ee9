import type { ServerResponse } from 'node:http';

/** A runtime that waits for an event. */
export interface Poll {
  /** @param headers names and values in turn */
  answer(headers: string[], payload: Buffer): void;
  /** Ends the connection: there will be no event. */
  drop(): void;
}

export function httpPoll(response: ServerResponse): Poll {
  return {
    answer(headers, payload) {
      response.writeHead(200, headers);
      response.end(payload);
    },
    drop: () => void response.destroy(),
  };
}

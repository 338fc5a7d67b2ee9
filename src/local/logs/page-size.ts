/** "Each page returned can contain up to 1 MB of log events or up to 10,000 log events" (API reference, GetLogEvents). */
export const MAX_PAGE_EVENTS = 10_000;
const MAX_PAGE_BYTES = 1_048_576;

/** How many of these fit on a page: at least one, for a larger one would never be read. */
export function pageSize(events: readonly { readonly message: string }[], limit: number): number {
  let bytes = 0;
  let count = 0;
  for (const { message } of events) {
    bytes += Buffer.byteLength(message);
    if (count === limit || (count > 0 && bytes > MAX_PAGE_BYTES)) break;
    count += 1;
  }
  return count;
}

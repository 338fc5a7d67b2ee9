/**
 * Which items of a batch a function has failed over, by what it returned (ReportBatchItemFailures). Cases:
 * SNAP:event_source_mapping/test_lambda_integration_kinesis#test_kinesis_report_batch_item_success_scenarios and
 * _failure_scenarios, …sqs#test_report_batch_item_failures_invalid_result_json_batch_fails, _empty_json_batch_succeeds.
 */
export type BatchResult =
  | { readonly kind: 'all-succeeded' }
  | { readonly kind: 'some-failed'; readonly failed: ReadonlySet<string> }
  | { readonly kind: 'all-failed'; readonly why: string };

const SUCCESS: BatchResult = { kind: 'all-succeeded' };

/** @param identifiers of the items in the batch: message ids, sequence numbers */
export function batchResult(payload: string, identifiers: readonly string[]): BatchResult {
  let value: unknown;
  try {
    value = payload === '' ? null : JSON.parse(payload);
  } catch {
    return failed('it returned something that is not JSON');
  }
  if (value === null || value === '') return SUCCESS;
  if (Array.isArray(value)) return value.length === 0 ? SUCCESS : failed('it returned a list');
  if (typeof value !== 'object') return failed(`it returned ${JSON.stringify(value)}`);
  if (Object.keys(value).length === 0) return SUCCESS;
  const items: unknown = (value as Record<string, unknown>)['batchItemFailures'];
  if (items === null) return SUCCESS;
  if (items === undefined) return failed('it returned an object without batchItemFailures');
  if (!Array.isArray(items)) return failed('its batchItemFailures is no list');
  const said = new Set<string>();
  for (const item of items) {
    const id: unknown = item?.itemIdentifier;
    if (typeof id !== 'string' || id === '') return failed('an itemIdentifier is missing or empty');
    if (!identifiers.includes(id)) return failed(`its itemIdentifier '${id}' is not in the batch`);
    said.add(id);
  }
  return said.size === 0 ? SUCCESS : { kind: 'some-failed', failed: said };
}

function failed(why: string): BatchResult {
  return { kind: 'all-failed', why };
}

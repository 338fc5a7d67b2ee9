// Counts, as plain data: { passed, failed, skipped }, with a line for each thing that is not a test of its own.

export const NONE = { passed: 0, failed: 0, skipped: 0 };

export function add(one, other) {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  };
}

/**
 * What a vitest run amounts to, from its JSON report (undefined when it wrote none) and its exit code. A file
 * that could not be loaded, an error outside of any test, and a run without any test are failures too.
 */
export function ofVitest(report, exitCode) {
  if (!report) return { ...NONE, failed: 1 };
  const tests = report.testResults.flatMap((file) => file.assertionResults.map(({ status }) => status));
  const unloaded = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  );
  const passed = tests.filter((status) => status === 'passed').length;
  const failed = tests.filter((status) => status === 'failed').length + unloaded.length;
  const skipped = tests.length - passed - tests.filter((status) => status === 'failed').length;
  const silent = failed === 0 && (exitCode !== 0 || passed === 0);
  return { passed, failed: silent ? 1 : failed, skipped };
}

/** The closing line that people and CI read. */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

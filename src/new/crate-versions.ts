/**
 * The crates that the templates use, in their newest versions on 2026-11-23 (crates.io). A version that
 * cargo reads as "this or a newer compatible one", so an old crablet still makes projects with today's crates.
 */
export const CRATE_VERSIONS = {
  lambda_http: '1.3.2',
  lambda_runtime: '1.5.0',
  aws_lambda_events: '1.2.1',
  'lambda-extension': '1.1.1',
  opentelemetry: '0.33',
  'opentelemetry-aws': '0.21',
  'opentelemetry-otlp': '0.33',
  opentelemetry_sdk: '0.33',
  tokio: '1.54',
  serde: '1.0',
  serde_json: '1.0',
  tracing: '0.1',
  'tracing-opentelemetry': '0.34',
  'tracing-subscriber': '0.3',
} as const;

{% if otel -%}
use lambda_http::{Error, lambda_runtime::layers::OpenTelemetryFaasTrigger, runtime, service_fn};

mod http_handler;
mod telemetry;
{%- else -%}
use lambda_http::{Error, run, service_fn, tracing};

mod http_handler;
{%- endif %}
use http_handler::function_handler;

#[tokio::main]
async fn main() -> Result<(), Error> {
{%- if otel %}
    let telemetry = telemetry::init()?;

    runtime(service_fn(function_handler))
        .layer(telemetry.layer(OpenTelemetryFaasTrigger::Http))
        .layer(telemetry::LambdaTrace)
        .run()
        .await
{%- else %}
    tracing::init_default_subscriber();

    run(service_fn(function_handler)).await
{%- endif %}
}

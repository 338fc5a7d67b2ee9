{% if otel -%}
use lambda_runtime::{Error, Runtime, layers::OpenTelemetryFaasTrigger, service_fn};

mod event_handler;
mod telemetry;
{%- else -%}
use lambda_runtime::{Error, run, service_fn, tracing};

mod event_handler;
{%- endif %}
use event_handler::function_handler;

#[tokio::main]
async fn main() -> Result<(), Error> {
{%- if otel %}
    let telemetry = telemetry::init()?;

    Runtime::new(service_fn(function_handler))
        .layer(telemetry.layer(OpenTelemetryFaasTrigger::{{ otel_trigger }}))
        .layer(telemetry::LambdaTrace)
        .run()
        .await
{%- else %}
    tracing::init_default_subscriber();

    run(service_fn(function_handler)).await
{%- endif %}
}

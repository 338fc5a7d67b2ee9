use lambda_extension::{Error, Extension{% if logs or telemetry %}, SharedService{% endif %}, service_fn, tracing};

{% if events -%}
mod events_extension;
{% endif -%}
{% if logs -%}
mod logs_extension;
{% endif -%}
{% if telemetry -%}
mod telemetry_extension;
{% endif %}
#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();

    Extension::new()
{%- if events %}
        .with_events_processor(service_fn(events_extension::handle))
{%- endif %}
{%- if logs %}
        .with_logs_processor(SharedService::new(service_fn(logs_extension::handle)))
        // Not `extension`: what this one logs would come back to it.
        .with_log_types(&["platform", "function"])
{%- endif %}
{%- if telemetry %}
        .with_telemetry_processor(SharedService::new(service_fn(telemetry_extension::handle)))
        // Not `extension`: what this one logs would come back to it.
        .with_telemetry_types(&["platform", "function"])
{%- endif %}
        .run()
        .await
}

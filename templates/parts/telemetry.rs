//! Logs and traces. Spans of `tracing` go to an OpenTelemetry collector, as parts of the trace that Lambda started.
//! Where OTEL_EXPORTER_OTLP_ENDPOINT is not set there is no collector, and only logs are written.

use std::{env, task};

{% if http_function -%}
use lambda_http::lambda_runtime::{
{%- else -%}
use lambda_runtime::{
{%- endif %}
    Error, LambdaInvocation,
    layers::{OpenTelemetryFaasTrigger, OpenTelemetryLayer},
    tower::{Layer, Service},
};
use opentelemetry::{
    Context,
    trace::{TraceContextExt, TracerProvider},
};
use opentelemetry_aws::trace::xray_propagator::span_context_from_str;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing_subscriber::{
    EnvFilter, Layer as _, fmt, layer::SubscriberExt, util::SubscriberInitExt,
};

const ENDPOINTS: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
];

/// What sends the spans, while the function runs.
pub(crate) struct Telemetry(Option<SdkTracerProvider>);

/// Starts logs and traces: once, before anything is logged.
pub(crate) fn init() -> Result<Telemetry, Error> {
    let has_collector = ENDPOINTS.iter().any(|name| env::var_os(name).is_some());
    let provider = has_collector.then(tracer_provider).transpose()?;

    let level = env::var("AWS_LAMBDA_LOG_LEVEL").or_else(|_| env::var("RUST_LOG"));
    let filter = EnvFilter::try_new(level.as_deref().unwrap_or("info"))?;
    let format = env::var("AWS_LAMBDA_LOG_FORMAT").unwrap_or_default();
    let lines = fmt::layer().with_target(false).without_time();
    let lines = if format.eq_ignore_ascii_case("json") {
        lines.json().boxed()
    } else {
        lines.with_ansi(false).boxed()
    };
    let spans = provider.as_ref().map(|provider| {
        tracing_opentelemetry::layer().with_tracer(provider.tracer(env!("CARGO_PKG_NAME")))
    });
    tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .with(spans)
        .init();
    Ok(Telemetry(provider))
}

fn tracer_provider() -> Result<SdkTracerProvider, Error> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .build()?;
    let function =
        env::var("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_else(|_| env!("CARGO_PKG_NAME").into());
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(Resource::builder().with_service_name(function).build())
        .build())
}

impl Telemetry {
    /// A span for each invocation. Spans are sent when it has been answered, for Lambda freezes the process then.
    pub(crate) fn layer(
        &self,
        trigger: OpenTelemetryFaasTrigger,
    ) -> OpenTelemetryLayer<impl Fn() + Clone + use<>> {
        let provider = self.0.clone();
        OpenTelemetryLayer::new(move || {
            if let Some(Err(error)) = provider.as_ref().map(SdkTracerProvider::force_flush) {
                tracing::warn!(%error, "spans could not be sent");
            }
        })
        .with_trigger(trigger)
    }
}

/// Makes the spans of an invocation part of the trace that its X-Ray header names, when that is sampled.
pub(crate) struct LambdaTrace;

impl<S> Layer<S> for LambdaTrace {
    type Service = InLambdaTrace<S>;

    fn layer(&self, inner: S) -> Self::Service {
        InLambdaTrace { inner }
    }
}

pub(crate) struct InLambdaTrace<S> {
    inner: S,
}

impl<S: Service<LambdaInvocation>> Service<LambdaInvocation> for InLambdaTrace<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut task::Context<'_>) -> task::Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, invocation: LambdaInvocation) -> Self::Future {
        let header = invocation.context.xray_trace_id.as_deref();
        let parent = header
            .and_then(span_context_from_str)
            .filter(|parent| parent.is_sampled())
            .map(|parent| Context::new().with_remote_span_context(parent));
        // The layer inside makes its span at once, while this is the current context.
        let _guard = parent.map(Context::attach);
        self.inner.call(invocation)
    }
}

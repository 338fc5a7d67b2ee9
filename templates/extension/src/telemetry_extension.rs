use lambda_extension::{Error, LambdaTelemetry, LambdaTelemetryRecord, tracing};

/// Called with the telemetry since the last call.
pub(crate) async fn handle(events: Vec<LambdaTelemetry>) -> Result<(), Error> {
    for event in events {
        match event.record {
            LambdaTelemetryRecord::Function(line) => {
                tracing::info!(time = %event.time, line, "the function logged");
            }
            LambdaTelemetryRecord::PlatformReport { metrics, .. } => {
                tracing::info!(duration_ms = metrics.duration_ms, "an invocation ended");
            }
            record => tracing::debug!(time = %event.time, ?record, "the platform reported"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn handles_no_telemetry() {
        handle(Vec::new()).await.expect("handled");
    }
}

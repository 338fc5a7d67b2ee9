use lambda_extension::{Error, LambdaEvent, NextEvent, tracing};

/// Called when an invocation begins, and once when the environment shuts down.
pub(crate) async fn handle(event: LambdaEvent) -> Result<(), Error> {
    match event.next {
        NextEvent::Invoke(invoke) => {
            tracing::info!(request_id = invoke.request_id, "an invocation begins");
        }
        NextEvent::Shutdown(shutdown) => {
            tracing::info!(reason = shutdown.shutdown_reason, "shutting down");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_extension::ShutdownEvent;

    #[tokio::test]
    async fn handles_the_shutdown() {
        let next = NextEvent::Shutdown(ShutdownEvent {
            shutdown_reason: "spindown".to_string(),
            deadline_ms: 0,
        });
        handle(LambdaEvent { next }).await.expect("handled");
    }
}

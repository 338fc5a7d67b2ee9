use lambda_extension::{Error, LambdaLog, LambdaLogRecord, tracing};

/// Called with the log lines since the last call.
pub(crate) async fn handle(logs: Vec<LambdaLog>) -> Result<(), Error> {
    for log in logs {
        match log.record {
            LambdaLogRecord::Function(line) => {
                tracing::info!(time = %log.time, line, "the function logged");
            }
            record => tracing::debug!(time = %log.time, ?record, "the platform logged"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn handles_no_logs() {
        handle(Vec::new()).await.expect("handled");
    }
}

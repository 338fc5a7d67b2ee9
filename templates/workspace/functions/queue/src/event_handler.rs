use aws_lambda_events::sqs::SqsBatchResponse;
use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, tracing};

use {{ shared_crate }}::greeting;

/// Greets whom each message names; those it reports as failed come back to the queue.
pub(crate) async fn function_handler(
    event: LambdaEvent<SqsEvent>,
) -> Result<SqsBatchResponse, Error> {
    let mut response = SqsBatchResponse::default();
    for message in event.payload.records {
        match message.body.as_deref() {
            Some(guest) => tracing::info!(greeting = greeting(Some(guest))),
            None => response.add_failure(message.message_id.unwrap_or_default()),
        }
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_runtime::Context;

    #[tokio::test]
    async fn handles_the_sample_event() {
        let sample = include_str!("../{{ queue_event_file }}");
        let payload = serde_json::from_str(sample).expect("the sample is an SqsEvent");
        let event = LambdaEvent::new(payload, Context::default());
        let response = function_handler(event).await.expect("an answer");
        assert!(response.batch_item_failures.is_empty());
    }
}

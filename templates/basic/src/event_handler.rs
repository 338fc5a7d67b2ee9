use lambda_runtime::{Error, LambdaEvent, tracing};
use serde::{Deserialize, Serialize};

/// What the function is invoked with, as JSON: `{"name": "Rust"}`.
#[derive(Deserialize)]
pub(crate) struct Request {
    name: String,
}

/// What it answers, as JSON: `{"message": "Hello Rust, this is Rust on Lambda!"}`.
#[derive(Serialize)]
pub(crate) struct Response {
    message: String,
}

{% if otel %}#[tracing::instrument(skip_all)]
{% endif %}pub(crate) async fn function_handler(event: LambdaEvent<Request>) -> Result<Response, Error> {
    let LambdaEvent { payload, context } = event;
    tracing::info!(request_id = context.request_id, "received an event");

    let message = format!("Hello {}, this is Rust on Lambda!", payload.name);
    Ok(Response { message })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_runtime::Context;

    #[tokio::test]
    async fn greets_by_name() {
        let sample = include_str!("../events/request.json");
        let payload = serde_json::from_str(sample).expect("the sample is a Request");
        let event = LambdaEvent::new(payload, Context::default());
        let response = function_handler(event).await.expect("an answer");
        assert_eq!(response.message, "Hello Rust, this is Rust on Lambda!");
    }
}

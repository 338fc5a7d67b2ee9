use lambda_runtime::{Error, LambdaEvent, run, service_fn, tracing};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Batch {
    #[serde(rename = "Records")]
    records: Vec<Message>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    message_id: String,
    body: String,
}

/// Messages that are named come back; the others are done.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Failures {
    batch_item_failures: Vec<Failure>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    item_identifier: String,
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    run(service_fn(handle)).await
}

async fn handle(event: LambdaEvent<Batch>) -> Result<Failures, Error> {
    let batch_item_failures = event
        .payload
        .records
        .into_iter()
        .filter(|message| serde_json::from_str::<serde_json::Value>(&message.body).is_err())
        .map(|message| Failure { item_identifier: message.message_id })
        .collect();
    Ok(Failures { batch_item_failures })
}

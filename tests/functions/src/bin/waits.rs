//! Answers after 100 ms, or after {"ms": N}, with the number of its process: as many differ as there were environments.
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};
use std::time::Duration;

async fn wait(event: LambdaEvent<Value>) -> Result<Value, Error> {
    tokio::time::sleep(Duration::from_millis(event.payload["ms"].as_u64().unwrap_or(100))).await;
    Ok(json!({ "event": event.payload, "pid": std::process::id() }))
}

// One thread does: a hundred of these run at once on whatever machine the tests run on.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(wait)).await
}

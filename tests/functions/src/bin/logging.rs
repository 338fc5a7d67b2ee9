//! Logs with the runtime's own subscriber, a line of each level, then in plain text what its event asks for.
use lambda_runtime::{Error, LambdaEvent, run, service_fn, tracing};
use serde_json::{Value, json};

async fn log(event: LambdaEvent<Value>) -> Result<Value, Error> {
    tracing::debug!("a debug line");
    tracing::info!("an info line");
    tracing::warn!("a warning");
    tracing::error!(code = 42, "an error");
    println!("{}", event.payload["say"].as_str().unwrap_or("plain text"));
    Ok(json!("logged"))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    run(service_fn(log)).await
}

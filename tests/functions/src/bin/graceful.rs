//! A function that cleans up on SIGTERM; {"timeout": true} makes it take too long.
use lambda_runtime::{Error, LambdaEvent, run, service_fn, spawn_graceful_shutdown_handler};
use serde_json::Value;
use std::time::Duration;

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    if event.payload["timeout"].as_bool() == Some(true) {
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }
    Ok(event.payload)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    spawn_graceful_shutdown_handler(|| async { println!("cleaned up") }).await;
    run(service_fn(handle)).await
}

//! Answers with its event and what the context tells of the invocation.
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

async fn echo(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let context = event.context;
    println!("got {}", context.request_id);
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as i64;
    Ok(json!({
        "event": event.payload,
        "requestId": context.request_id,
        "arn": context.invoked_function_arn,
        "traceId": context.xray_trace_id,
        "traceVariable": std::env::var("_X_AMZN_TRACE_ID").ok(),
        "clientContext": context.client_context,
        "function": context.env_config.function_name,
        "memory": context.env_config.memory,
        "version": context.env_config.version,
        "remainingMs": context.deadline as i64 - now,
    }))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    run(service_fn(echo)).await
}

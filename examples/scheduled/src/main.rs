//! A scheduled job: EventBridge invokes it at its times, with an event that says for which time that is. A job may be
//! invoked twice for the same time, and late; so it works by the event's time, and never by the clock's.

use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn, tracing};
use serde::Serialize;
use serde_json::Value;

#[derive(Serialize)]
struct Done {
    /// The day that was closed, `YYYY-MM-DD`: a second run for it writes the same again.
    day: String,
    rule: String,
}

async fn function_handler(event: LambdaEvent<EventBridgeEvent<Value>>) -> Result<Done, Error> {
    let event = event.payload;
    let time = event.time.ok_or("the event has no time")?;
    let resources = event.resources.unwrap_or_default();
    let rule = resources
        .first()
        .and_then(|arn| arn.rsplit('/').next())
        .unwrap_or_default();
    let day = time.format("%Y-%m-%d").to_string();
    tracing::info!(day, rule, "closing the day");
    Ok(Done {
        day,
        rule: rule.to_string(),
    })
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();

    run(service_fn(function_handler)).await
}

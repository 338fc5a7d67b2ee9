//! Streams without HTTP: {"chunks": N} sends N lines, "release": FILE only the first before that file
//! exists; "exit": true ends the process after them.
use lambda_runtime::streaming::{Body, Response, channel};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;
use std::time::Duration;

async fn stream(event: LambdaEvent<Value>) -> Result<Response<Body>, Error> {
    let chunks = event.payload["chunks"].as_u64().unwrap_or(3);
    let release = event.payload["release"].as_str().map(str::to_owned);
    let exits = event.payload["exit"].as_bool() == Some(true);
    let (mut sender, body) = channel();
    tokio::spawn(async move {
        for number in 1..=chunks {
            if sender.send_data(format!("line {number}\n").into()).await.is_err() {
                return;
            }
            while release.as_ref().is_some_and(|file| !std::path::Path::new(file).exists()) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        if exits {
            // What was handed to the connection is written by now.
            tokio::time::sleep(Duration::from_millis(20)).await;
            std::process::exit(4);
        }
    });
    Ok(Response::from(body))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    run(service_fn(stream)).await
}

//! A streaming response: what is ready leaves at once, and the whole may be larger than the 6 MB of other responses.
//! Through a function URL with the invoke mode RESPONSE_STREAM, or InvokeWithResponseStream.
//!
//! ```sh
//! curl -N http://127.0.0.1:9000/lambda-url/streaming/
//! ```

use std::time::Duration;

use lambda_runtime::{
    Error, LambdaEvent, MetadataPrelude, StreamResponse, run, service_fn,
    streaming::{Body, channel},
    tracing,
};
use serde_json::Value;

const CHAPTERS: u32 = 5;

async fn function_handler(_event: LambdaEvent<Value>) -> Result<StreamResponse<Body>, Error> {
    let (mut sender, stream) = channel();
    tokio::spawn(async move {
        for chapter in 1..=CHAPTERS {
            if sender
                .send_data(format!("chapter {chapter} of {CHAPTERS}\n").into())
                .await
                .is_err()
            {
                tracing::info!(chapter, "the reader has left");
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    let mut metadata_prelude = MetadataPrelude::default();
    metadata_prelude
        .headers
        .insert("content-type", "text/plain; charset=utf-8".parse()?);
    Ok(StreamResponse {
        metadata_prelude,
        stream,
    })
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();

    run(service_fn(function_handler)).await
}

//! A streaming HTTP function: `?chunks=N` sends N lines; `&release=FILE` sends only the first before that file
//! exists, `&fail=1` breaks off after the last.
use lambda_http::{Error, Request, RequestExt, Response, run_with_streaming_response, service_fn};
use lambda_runtime::streaming::{Body, channel};
use std::time::Duration;

async fn stream(request: Request) -> Result<Response<Body>, Error> {
    let query = request.query_string_parameters();
    let chunks: u32 = query.first("chunks").unwrap_or("3").parse()?;
    let release = query.first("release").map(str::to_owned);
    let fails = query.first("fail").is_some();
    let (mut sender, body) = channel();
    tokio::spawn(async move {
        for number in 1..=chunks {
            if sender.send_data(format!("chunk {number}\n").into()).await.is_err() {
                return;
            }
            while release.as_ref().is_some_and(|file| !std::path::Path::new(file).exists()) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        if fails {
            sender.abort();
        }
    });
    Ok(Response::builder()
        .status(203)
        .header("content-type", "text/event-stream")
        .header("set-cookie", "streamed=yes")
        .body(body)?)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    run_with_streaming_response(service_fn(stream)).await
}

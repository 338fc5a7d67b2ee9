use lambda_http::{Body, Error, Request, RequestExt, Response};
use std::time::Duration;

/// What the benchmark edits: the number of the edit.
const EDIT: u32 = 0;

pub(crate) async fn function_handler(event: Request) -> Result<Response<Body>, Error> {
    let parameters = event.query_string_parameters();
    let name = parameters.first("name").unwrap_or("world");
    if let Some(wait) = parameters.first("wait") {
        tokio::time::sleep(Duration::from_millis(wait.parse()?)).await;
    }
    let message = format!("Hello {name}, this is Rust on Lambda! Edit {EDIT}.");
    Ok(Response::builder()
        .header("content-type", "text/plain; charset=utf-8")
        .body(message.into())?)
}

use lambda_http::http::{Method, StatusCode};
use lambda_http::{Body, Error, Request, RequestExt, Response, run, service_fn, tracing};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    run(service_fn(handle)).await
}

async fn handle(request: Request) -> Result<Response<Body>, Error> {
    let answer = match (request.method(), request.path_parameters().first("id")) {
        (&Method::POST, _) => json!({ "accepted": request.body().len() }),
        (&Method::GET, Some(id)) => json!({ "order": id }),
        _ => return respond(StatusCode::NOT_FOUND, json!({ "error": "no such order" })),
    };
    respond(StatusCode::OK, answer)
}

fn respond(status: StatusCode, body: serde_json::Value) -> Result<Response<Body>, Error> {
    Ok(Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(body.to_string().into())?)
}

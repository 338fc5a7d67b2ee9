//! Tells the client what has arrived of its request, as JSON; a few paths answer in a way of their own.
use lambda_http::request::RequestContext;
use lambda_http::{Body, Error, Request, RequestExt, Response, run, service_fn};
use serde_json::{Value, json};

async fn echo(request: Request) -> Result<Response<Body>, Error> {
    match request.raw_http_path() {
        "/binary" => {
            // lambda_http takes a body without a content type for text.
            return Ok(Response::builder()
                .header("content-type", "image/png")
                .body(Body::Binary(vec![0, 1, 254, 255]))?);
        }
        "/empty" => return Ok(Response::builder().status(204).body(Body::Empty)?),
        "/cookies" => {
            return Ok(Response::builder()
                .header("set-cookie", "a=1; Path=/")
                .header("set-cookie", "b=2")
                .body(Body::Text("cookies".into()))?);
        }
        _ => {}
    }
    let query: Value =
        request.query_string_parameters().iter().map(|(name, value)| (name.to_string(), Value::from(value))).collect();
    let headers: Value = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), Value::from(String::from_utf8_lossy(value.as_bytes()))))
        .collect();
    let body = match request.body() {
        Body::Empty => Value::Null,
        Body::Text(text) => Value::from(text.as_str()),
        Body::Binary(bytes) => Value::from(bytes.clone()),
        _ => Value::from("a kind of body that this test does not know"),
    };
    let caller = match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => serde_json::to_value(&context.authorizer)?,
        _ => Value::Null,
    };
    let seen = json!({
        "method": request.method().as_str(),
        "path": request.raw_http_path(),
        "query": query,
        "headers": headers,
        "body": body,
        "caller": caller,
    });
    Ok(Response::builder().status(201).header("content-type", "application/json").body(Body::Text(seen.to_string()))?)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    run(service_fn(echo)).await
}

use lambda_http::{Body, Error, Request, RequestExt, Response, tracing};

/// Answers `GET /?name=Rust` with `Hello Rust, this is Rust on Lambda!`.
{% if otel %}#[tracing::instrument(skip_all)]
{% endif %}pub(crate) async fn function_handler(request: Request) -> Result<Response<Body>, Error> {
    let name = request
        .query_string_parameters_ref()
        .and_then(|parameters| parameters.first("name"))
        .unwrap_or("world");
    tracing::info!(name, "greeting");

    let response = Response::builder()
        .status(200)
        .header("content-type", "text/plain; charset=utf-8")
        .body(format!("Hello {name}, this is Rust on Lambda!").into())?;
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    async fn body_of(request: Request) -> String {
        let response = function_handler(request).await.expect("a response");
        assert_eq!(response.status(), 200);
        String::from_utf8(response.body().to_vec()).expect("text")
    }

    #[tokio::test]
    async fn greets_the_world() {
        let body = body_of(Request::default()).await;
        assert_eq!(body, "Hello world, this is Rust on Lambda!");
    }

    #[tokio::test]
    async fn greets_by_name() {
        let name = HashMap::from([("name".to_string(), vec!["Rust".to_string()])]);
        let body = body_of(Request::default().with_query_string_parameters(name)).await;
        assert_eq!(body, "Hello Rust, this is Rust on Lambda!");
    }
{%- if event_file %}

    #[tokio::test]
    async fn understands_the_sample_event() {
        let sample = include_str!("../{{ event_file }}");
        let request = lambda_http::request::from_str(sample).expect("a request");
        let body = body_of(request).await;
        assert!(body.starts_with("Hello "), "{body}");
    }
{%- endif %}
}

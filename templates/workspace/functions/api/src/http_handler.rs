use lambda_http::{Body, Error, Request, RequestExt, Response, tracing};

use {{ shared_crate }}::greeting;

/// Answers `GET /?name=Rust` with a greeting.
pub(crate) async fn function_handler(request: Request) -> Result<Response<Body>, Error> {
    let parameters = request.query_string_parameters_ref();
    let guest = parameters.and_then(|parameters| parameters.first("name"));
    tracing::info!(guest, "greeting");

    let response = Response::builder()
        .status(200)
        .header("content-type", "text/plain; charset=utf-8")
        .body(greeting(guest).into())?;
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn body_of(request: Request) -> String {
        let response = function_handler(request).await.expect("a response");
        assert_eq!(response.status(), 200);
        String::from_utf8(response.body().to_vec()).expect("text")
    }

    #[tokio::test]
    async fn answers_the_sample_request() {
        let sample = include_str!("../{{ api_event_file }}");
        let request = lambda_http::request::from_str(sample).expect("a request");
        let body = body_of(request).await;
        assert!(body.starts_with("Hello "), "{body}");
    }

    #[tokio::test]
    async fn greets_the_world() {
        let body = body_of(Request::default()).await;
        assert_eq!(body, "Hello world, this is Rust on Lambda!");
    }
}

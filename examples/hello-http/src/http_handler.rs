use lambda_http::{Body, Error, Request, RequestExt, Response};

/// Greets the person named in the query: `GET /?name=Rust`.
pub(crate) async fn function_handler(event: Request) -> Result<Response<Body>, Error> {
    let name = event
        .query_string_parameters_ref()
        .and_then(|parameters| parameters.first("name"))
        .unwrap_or("world");
    let message = format!("Hello {name}, this is Rust on Lambda!");

    let response = Response::builder()
        .status(200)
        .header("content-type", "text/plain; charset=utf-8")
        .body(message.into())?;
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::http::StatusCode;
    use std::collections::HashMap;

    async fn greeting(request: Request) -> String {
        let response = function_handler(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        String::from_utf8(response.body().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn greets_the_world_without_a_name() {
        assert_eq!(
            greeting(Request::default()).await,
            "Hello world, this is Rust on Lambda!"
        );
    }

    #[tokio::test]
    async fn greets_the_person_in_the_query() {
        let query = HashMap::from([("name".to_string(), "Rust".to_string())]);
        let request = Request::default().with_query_string_parameters(query);
        assert_eq!(
            greeting(request).await,
            "Hello Rust, this is Rust on Lambda!"
        );
    }
}

use handlers::serve;
use lambda_runtime::Error;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Input {
    name: Option<String>,
}

#[derive(Serialize)]
struct Output {
    message: String,
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    serve(|Input { name }| {
        let name = name.unwrap_or_else(|| "world".into());
        Ok(Output {
            message: format!("Hello {name}, this is Lambda!"),
        })
    })
    .await
}

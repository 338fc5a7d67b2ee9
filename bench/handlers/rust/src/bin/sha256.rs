use handlers::{hex, serve};
use lambda_runtime::Error;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const BYTES: usize = 5 * 1024 * 1024;

#[derive(Deserialize)]
struct Input {
    salt: String,
}

#[derive(Serialize)]
struct Output {
    sha256: String,
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let data: Vec<u8> = (0..BYTES).map(|at| (at * 31 + 7) as u8).collect();
    serve(|Input { salt }| {
        let mut hash = Sha256::new();
        hash.update(salt);
        hash.update(&data);
        Ok(Output {
            sha256: hex(&hash.finalize()),
        })
    })
    .await
}

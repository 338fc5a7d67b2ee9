#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde::{Serialize, de::DeserializeOwned};

/// Answers events with what a plain function makes of them.
pub async fn serve<I, O>(work: impl Fn(I) -> Result<O, Error>) -> Result<(), Error>
where
    I: DeserializeOwned,
    O: Serialize,
{
    let work = &work;
    run(service_fn(move |event: LambdaEvent<I>| async move {
        work(event.payload)
    }))
    .await
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

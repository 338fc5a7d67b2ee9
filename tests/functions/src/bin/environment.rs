//! Tells where it runs: its variables, working directory, temporary files, and how often it was invoked.
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

static INVOCATIONS: AtomicU64 = AtomicU64::new(0);

async fn tell(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let temporary = std::env::temp_dir();
    if let Some(name) = event.payload["write"].as_str() {
        std::fs::write(temporary.join(name), "kept")?;
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&temporary)? {
        files.push(entry?.file_name().to_string_lossy().into_owned());
    }
    files.sort();
    let told = json!({
        "variables": std::env::vars().collect::<BTreeMap<_, _>>(),
        "arguments": std::env::args().count(),
        "directory": std::env::current_dir()?,
        "temporary": temporary,
        "files": files,
        "pid": std::process::id(),
        "invocations": INVOCATIONS.fetch_add(1, Ordering::Relaxed) + 1,
    });
    if event.payload["exit"].as_bool() == Some(true) {
        std::process::exit(1);
    }
    Ok(told)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    run(service_fn(tell)).await
}

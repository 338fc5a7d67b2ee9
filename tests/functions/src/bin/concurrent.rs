//! Takes several invocations at once. Answers with who it is and how many it had at once; waits until `together` of
//! them are there, so that nobody's clock decides; ends in other ways when told so.
use std::sync::atomic::{AtomicUsize, Ordering};

use lambda_runtime::{Error, LambdaEvent, run_concurrent, service_fn};
use serde_json::{Value, json};
use tokio::sync::watch::{self, Sender};

static HERE: AtomicUsize = AtomicUsize::new(0);

async fn handle(event: LambdaEvent<Value>, here: Sender<usize>) -> Result<Value, Error> {
    let payload = event.payload;
    if payload["exit"].is_number() {
        std::process::exit(payload["exit"].as_i64().unwrap_or(1) as i32);
    }
    if payload["fail"] == true {
        return Err("told to fail".into());
    }
    let together = payload["together"].as_u64().unwrap_or(1) as usize;
    let mut seen = here.subscribe();
    here.send_replace(HERE.fetch_add(1, Ordering::SeqCst) + 1);
    seen.wait_for(|count| *count >= together).await?;
    if payload["hang"] == true {
        std::future::pending::<()>().await;
    }
    Ok(json!({ "pid": std::process::id(), "echo": payload["echo"], "request": event.context.request_id }))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let (here, _) = watch::channel(0);
    run_concurrent(service_fn(move |event| handle(event, here.clone()))).await
}

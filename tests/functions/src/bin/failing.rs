//! Fails in the way its event names: {"mode": "err" | "panic" | "exit" | "abort" | "segfault" | "sleep" | "big" | "ok"},
//! with "status", "ms" or "bytes" where the mode asks for one. INIT_EXIT and NEVER_NEXT fail before the first event.
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};
use std::time::Duration;

async fn fail(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let number = |name: &str| event.payload[name].as_u64().unwrap_or_default();
    eprintln!("about to: {}", event.payload["mode"]);
    match event.payload["mode"].as_str().unwrap_or_default() {
        "err" => Err("some_error_msg".into()),
        "panic" => panic!("it all went wrong"),
        "exit" => std::process::exit(number("status") as i32),
        "abort" => std::process::abort(),
        "segfault" => {
            // SAFETY: there is none; the crash is what is asked for.
            unsafe { std::ptr::write_volatile(8 as *mut u8, 1) };
            unreachable!()
        }
        "sleep" => {
            tokio::time::sleep(Duration::from_millis(number("ms"))).await;
            Ok(json!("slept"))
        }
        "big" => Ok(Value::String("x".repeat(number("bytes") as usize - 2))),
        _ => Ok(json!("ok")),
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    if let Ok(status) = std::env::var("INIT_EXIT") {
        eprintln!("leaving during init");
        std::process::exit(status.parse()?);
    }
    if std::env::var("NEVER_NEXT").is_ok() {
        std::future::pending::<()>().await;
    }
    run(service_fn(fail)).await
}

//! A function with an extension in its own process that goes on after each answer, as one does that sends metrics.
use lambda_extension::{Extension, NextEvent};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let answered = Arc::new(Notify::new());
    let waits = answered.clone();
    let flush = lambda_extension::service_fn(move |event: lambda_extension::LambdaEvent| {
        let waits = waits.clone();
        async move {
            if let NextEvent::Invoke(_) = event.next {
                waits.notified().await;
                tokio::time::sleep(Duration::from_millis(50)).await;
                println!("flushed");
            }
            Ok::<_, Error>(())
        }
    });
    let extension = Extension::new()
        .with_extension_name("inner-flush-extension")
        .with_events(&["INVOKE"])
        .with_events_processor(flush)
        .register()
        .await?;
    let handler = service_fn(move |event: LambdaEvent<Value>| {
        let answered = answered.clone();
        async move {
            answered.notify_one();
            Ok::<_, Error>(event.payload)
        }
    });
    tokio::try_join!(lambda_runtime::run(handler), extension.run())?;
    Ok(())
}

//! A function with an extension in its own process that prints what it hears of the platform.
use std::net::TcpListener;

use lambda_extension::{Extension, LambdaTelemetry, LogBuffering, SharedService};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;

async fn telemetry(events: Vec<LambdaTelemetry>) -> Result<(), Error> {
    for event in events {
        println!("inner {}", serde_json::to_string(&event)?);
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let free = TcpListener::bind("0.0.0.0:0")?.local_addr()?.port();
    let extension = Extension::new()
        .with_extension_name("inner-spy-extension")
        .with_events(&["INVOKE"])
        .with_telemetry_processor(SharedService::new(service_fn(telemetry)))
        .with_telemetry_types(&["platform"])
        .with_telemetry_buffering(LogBuffering { timeout_ms: 25, ..LogBuffering::default() })
        .with_telemetry_port_number(free)
        .register()
        .await?;
    let handler = service_fn(|event: LambdaEvent<Value>| async { Ok::<_, Error>(event.payload) });
    tokio::try_join!(lambda_runtime::run(handler), extension.run())?;
    Ok(())
}

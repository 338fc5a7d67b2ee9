//! An external extension that prints what it hears. SPY_API is logs, telemetry or both of them (`combined`: what
//! happens over the Telemetry API, and the events of the Extensions API); SPY_PORT is where it listens, any free port
//! without it.
use std::net::TcpListener;

use lambda_extension::{
    Error, Extension, LambdaEvent, LambdaLog, LambdaTelemetry, LogBuffering, NextEvent, SharedService, service_fn,
};
use serde_json::Value;

async fn telemetry(events: Vec<LambdaTelemetry<Value>>) -> Result<(), Error> {
    for event in events {
        println!("telemetry {}", serde_json::to_string(&event)?);
    }
    Ok(())
}

async fn logs(events: Vec<LambdaLog>) -> Result<(), Error> {
    for event in events {
        println!("log {:?}", event.record);
    }
    Ok(())
}

async fn event(event: LambdaEvent) -> Result<(), Error> {
    match event.next {
        NextEvent::Invoke(invoke) => println!("event INVOKE {}", invoke.request_id),
        NextEvent::Shutdown(shutdown) => println!("event SHUTDOWN {}", shutdown.shutdown_reason),
    }
    Ok(())
}

fn port() -> u16 {
    if let Ok(port) = std::env::var("SPY_PORT") {
        return port.parse().expect("SPY_PORT is a port");
    }
    let free = TcpListener::bind("0.0.0.0:0").expect("a port is free");
    free.local_addr().expect("it has a number").port()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let buffering = LogBuffering { timeout_ms: 25, ..LogBuffering::default() };
    match std::env::var("SPY_API").as_deref() {
        Ok("logs") => {
            Extension::new()
                .with_events(&["SHUTDOWN"])
                .with_events_processor(service_fn(event))
                .with_logs_processor(SharedService::new(service_fn(logs)))
                .with_log_types(&["platform", "function"])
                .with_log_buffering(buffering)
                .with_log_port_number(port())
                .run()
                .await
        }
        Ok("combined") => {
            Extension::new()
                .with_events_processor(service_fn(event))
                .with_telemetry_record_type::<Value>()
                .with_telemetry_processor(SharedService::new(service_fn(telemetry)))
                .with_telemetry_buffering(buffering)
                .with_telemetry_port_number(port())
                .run()
                .await
        }
        _ => {
            Extension::new()
                .with_events(&["SHUTDOWN"])
                .with_telemetry_record_type::<Value>()
                .with_telemetry_processor(SharedService::new(service_fn(telemetry)))
                .with_telemetry_buffering(buffering)
                .with_telemetry_port_number(port())
                .run()
                .await
        }
    }
}

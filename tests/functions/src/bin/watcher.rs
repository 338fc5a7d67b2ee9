//! An external extension that prints what it hears, and fails as WATCHER says.
use lambda_extension::{Error, Extension, LambdaEvent, NextEvent, service_fn};
use std::time::Duration;

async fn hear(event: LambdaEvent) -> Result<(), Error> {
    match event.next {
        NextEvent::Invoke(invoke) => {
            println!("watcher: INVOKE {} {}", invoke.request_id, invoke.invoked_function_arn);
            match told().as_str() {
                "exits while invoked" => std::process::exit(7),
                "fails while invoked" => return Err("no more".into()),
                "works on" => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    println!("watcher: worked on");
                }
                _ => {}
            }
        }
        NextEvent::Shutdown(shutdown) => {
            println!("watcher: SHUTDOWN {}", shutdown.shutdown_reason);
            if told() == "ignores the end" {
                tokio::time::sleep(Duration::from_secs(3600)).await;
            }
            println!("watcher: done");
            std::process::exit(0);
        }
    }
    Ok(())
}

fn told() -> String {
    std::env::var("WATCHER").unwrap_or_default()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let mut names: Vec<String> = std::env::vars().map(|(name, _)| name).collect();
    names.sort();
    println!("watcher: variables {}", names.join(" "));
    println!("watcher: started as {}", std::env::args().next().unwrap_or_default());
    match told().as_str() {
        "exits at once" => std::process::exit(3),
        "never registers" => tokio::time::sleep(Duration::from_secs(3600)).await,
        _ => {}
    }
    Extension::new().with_events_processor(service_fn(hear)).run().await
}

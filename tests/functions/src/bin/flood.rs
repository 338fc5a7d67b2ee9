//! Streams `?megabytes=N` and says how far it got in the file `?progress=FILE`; `&then=` exit, abort, hang or
//! the end. The header x-process tells which process it was.
use lambda_http::{Error, Request, RequestExt, Response, run_with_streaming_response, service_fn};
use lambda_runtime::streaming::{Body, channel};
use std::time::Duration;

const PIECE: usize = 65_536;

async fn flood(request: Request) -> Result<Response<Body>, Error> {
    let query = request.query_string_parameters();
    let megabytes: usize = query.first("megabytes").unwrap_or("1").parse()?;
    let progress = query.first("progress").map(str::to_owned);
    let then = query.first("then").unwrap_or("end").to_owned();
    let (mut sender, body) = channel();
    tokio::spawn(async move {
        let tell = |what: &str| {
            if let Some(file) = &progress {
                std::fs::write(file, what).expect("a file to write to");
            }
        };
        for sent in 0..megabytes * 16 {
            tell(&sent.to_string());
            if sender.send_data(vec![b'x'; PIECE].into()).await.is_err() {
                return tell("refused");
            }
        }
        match then.as_str() {
            "exit" => {
                // What was handed to the connection is written by now.
                tokio::time::sleep(Duration::from_millis(50)).await;
                std::process::exit(5);
            }
            "abort" => sender.abort(),
            "hang" => tokio::time::sleep(Duration::from_secs(600)).await,
            _ => tell("done"),
        }
    });
    Ok(Response::builder().header("x-process", std::process::id().to_string()).body(body)?)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    run_with_streaming_response(service_fn(flood)).await
}

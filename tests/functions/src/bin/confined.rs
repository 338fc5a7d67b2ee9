//! Tries what it may do: {"do": "look" | "write" | "read" | "hold" | "background" | "count" | "burn" | "resolve" | "exit"}.
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::net::ToSocketAddrs;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

static TICKS: AtomicU64 = AtomicU64::new(0);

async fn attempt(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let event = event.payload;
    let path = event["path"].as_str().unwrap_or_default();
    let megabytes = event["mb"].as_u64().unwrap_or_default() as usize;
    Ok(match event["do"].as_str().unwrap_or_default() {
        "look" => look()?,
        "write" => told(write(path, megabytes)),
        "read" => told(fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())),
        "hold" => hold(megabytes),
        "background" => {
            // Goes on by itself after the answer, as far as anything may run then.
            std::thread::spawn(|| {
                loop {
                    std::thread::sleep(Duration::from_millis(1));
                    TICKS.fetch_add(1, Ordering::Relaxed);
                }
            });
            json!("started")
        }
        "count" => json!(TICKS.load(Ordering::Relaxed)),
        "burn" => burn(Duration::from_millis(event["ms"].as_u64().unwrap_or_default()))?,
        "resolve" => json!((path, 0).to_socket_addrs()?.map(|address| address.ip().to_string()).collect::<Vec<_>>()),
        "exit" => std::process::exit(event["status"].as_i64().unwrap_or_default() as i32),
        other => return Err(format!("there is nothing called {other:?} to do").into()),
    })
}

/// Who it is, where it is, and what it is told of its limits.
fn look() -> Result<Value, Error> {
    let names = |path: &str| -> Value {
        let entries = fs::read_dir(path).map(|entries| {
            let mut names: Vec<String> =
                entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
            names.sort();
            json!(names)
        });
        entries.unwrap_or_else(|error| json!(error.to_string()))
    };
    let env: serde_json::Map<String, Value> = std::env::vars().map(|(name, value)| (name, json!(value))).collect();
    Ok(json!({
        "program": std::env::current_exe()?,
        "cwd": std::env::current_dir()?,
        "pid": std::process::id(),
        "env": env,
        "status": fs::read_to_string("/proc/self/status")?,
        "limits": fs::read_to_string("/proc/self/limits")?,
        "passwd": fs::read_to_string("/etc/passwd")?,
        "root": names("/"),
        "task": names("/var/task"),
        "opt": names("/opt"),
        "tmp": names("/tmp"),
    }))
}

fn told<T: Into<Value>>(result: std::io::Result<T>) -> Value {
    match result {
        Ok(value) => json!({ "ok": value.into() }),
        Err(error) => json!({ "error": error.raw_os_error() }),
    }
}

fn write(path: &str, megabytes: usize) -> std::io::Result<()> {
    let mut file = fs::File::create(path)?;
    if megabytes == 0 {
        return file.write_all(b"written");
    }
    let block = vec![1; 1 << 20];
    for _ in 0..megabytes {
        file.write_all(&block)?;
    }
    file.sync_all()
}

/// Holds so much memory at once, and lets it go.
fn hold(megabytes: usize) -> Value {
    let mut held: Vec<Vec<u8>> = Vec::new();
    for _ in 0..megabytes {
        held.push(vec![1; 1 << 20]);
    }
    json!(held.iter().map(|block| block[block.len() / 2] as usize).sum::<usize>())
}

/// Works for so long by the clock, and tells how much of that a processor was there for it, in milliseconds.
fn burn(time: Duration) -> Result<Value, Error> {
    let begin = Instant::now();
    let before = processor_time()?;
    let mut x = 1u64;
    while begin.elapsed() < time {
        for _ in 0..1000 {
            x = std::hint::black_box(x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
        }
    }
    Ok(json!({ "wall": begin.elapsed().as_millis(), "cpu": processor_time()? - before }))
}

/// Of the whole process, in milliseconds: its first field in nanoseconds (kernel documentation, sched-stats).
fn processor_time() -> Result<u64, Error> {
    let mut nanoseconds = 0;
    for thread in fs::read_dir("/proc/self/task")? {
        let text = fs::read_to_string(thread?.path().join("schedstat"))?;
        nanoseconds += text.split(' ').next().unwrap_or_default().parse::<u64>()?;
    }
    Ok(nanoseconds / 1_000_000)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    run(service_fn(attempt)).await
}

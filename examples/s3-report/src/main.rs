//! Data processing: for each CSV file (`item,cents` lines) that comes into a bucket, a report of the sums is written
//! to `reports/`. The file is read as it arrives, line by line: memory does not grow with its size.

use std::{collections::BTreeMap, env};

use aws_config::BehaviorVersion;
use aws_lambda_events::event::s3::S3Event;
use aws_sdk_s3::{Client, config::Builder, primitives::ByteStream};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use lambda_runtime::{Error, LambdaEvent, run, service_fn, tracing};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use tokio::io::AsyncBufReadExt;

#[derive(Default, Serialize)]
struct Report {
    lines: u64,
    malformed: u64,
    cents: BTreeMap<String, u64>,
}

impl Report {
    fn add(&mut self, line: &str) {
        self.lines += 1;
        let parts = line
            .split_once(',')
            .and_then(|(item, cents)| Some((item, cents.trim().parse::<u64>().ok()?)));
        match parts {
            Some((item, cents)) => *self.cents.entry(item.to_string()).or_default() += cents,
            None => self.malformed += 1,
        }
    }
}

async fn report_of(s3: &Client, bucket: &str, key: &str) -> Result<Report, Error> {
    let object = s3
        .get_object()
        .bucket(bucket)
        .key(key)
        .send()
        .await
        .map_err(aws_sdk_s3::Error::from)?;
    let mut lines = object.body.into_async_read().lines();
    let mut report = Report::default();
    while let Some(line) = lines.next_line().await? {
        report.add(&line);
    }
    Ok(report)
}

async fn function_handler(s3: &Client, event: LambdaEvent<S3Event>) -> Result<Vec<String>, Error> {
    let mut written = Vec::new();
    for record in event.payload.records {
        let bucket = record.s3.bucket.name.unwrap_or_default();
        // S3 writes keys in events as HTML forms do: `november+26.csv` is `november 26.csv`.
        let written_key = record.s3.object.key.unwrap_or_default().replace('+', " ");
        let key = percent_decode_str(&written_key).decode_utf8()?.into_owned();
        // A report is an object too: without this line it would be reported on, and so on.
        if key.starts_with("reports/") {
            continue;
        }
        let report = report_of(s3, &bucket, &key).await?;
        let target = format!("reports/{key}.json");
        tracing::info!(bucket, key, report.lines, report.malformed, "summed up");
        let body = ByteStream::from(serde_json::to_vec(&report)?);
        s3.put_object()
            .bucket(&bucket)
            .key(&target)
            .content_type("application/json")
            .body(body)
            .send()
            .await
            .map_err(aws_sdk_s3::Error::from)?;
        written.push(target);
    }
    Ok(written)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();

    // Once for all invocations of this environment: connections are kept.
    let https = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let config = aws_config::defaults(BehaviorVersion::latest())
        .http_client(https)
        .load()
        .await;
    // Emulators have no host name for each bucket.
    let emulated =
        env::var_os("AWS_ENDPOINT_URL").is_some() || env::var_os("AWS_ENDPOINT_URL_S3").is_some();
    let s3 = Client::from_conf(Builder::from(&config).force_path_style(emulated).build());
    run(service_fn(|event| function_handler(&s3, event))).await
}

//! Every file of events/ deserializes into its type of aws_lambda_events and loses nothing that we did not list;
//! lambda_http turns the HTTP-like ones into the requests that they show.
#![cfg(test)]

mod http_requests;
mod round_trip;
mod table;

use serde::Deserialize;
use std::{fs, path::PathBuf};

/// A row of events/index.json.
#[derive(Deserialize)]
struct Listed {
    name: String,
    r#type: String,
}

fn events_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../events")
}

fn read(name: &str) -> String {
    fs::read_to_string(events_folder().join(format!("{name}.json"))).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The type of a row without the spaces that `stringify!` puts in and without its parameters.
fn plain(type_name: &str) -> String {
    type_name.split('<').next().unwrap_or_default().replace(' ', "")
}

#[test]
fn the_table_is_the_catalogue() {
    let listed: Vec<Listed> = serde_json::from_str(&read("index")).expect("events/index.json is an array of samples");
    let mut listed: Vec<_> = listed.into_iter().map(|row| (row.name, row.r#type)).collect();
    let mut checked: Vec<_> = table::ROWS.iter().map(|row| (row.name.to_owned(), plain(row.type_name))).collect();
    listed.sort();
    checked.sort();
    assert_eq!(checked, listed);
}

#[test]
fn every_sample_survives_its_type() {
    let mut complaints = Vec::new();
    for row in table::ROWS {
        match (row.round_trip)(&read(row.name)) {
            Err(error) => complaints.push(format!("{}: is no {}: {error}", row.name, row.type_name)),
            Ok(lost) if lost != row.drops => {
                complaints.push(format!("{}: lost {lost:?}, expected {:?}", row.name, row.drops));
            }
            Ok(_) => println!("checked {} {}", row.name, plain(row.type_name)),
        }
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

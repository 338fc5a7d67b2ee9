//! What a type of the crate keeps of a sample: a misspelt key would be ignored silently, so it is looked for.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::collections::BTreeSet;

/// The paths (`Records[].s3.bucket`) that `T` drops or changes, sorted.
pub fn lost<T: DeserializeOwned + Serialize>(text: &str) -> serde_json::Result<Vec<String>> {
    let kept = serde_json::to_value(serde_json::from_str::<T>(text)?)?;
    let mut lost = BTreeSet::new();
    compare("", &serde_json::from_str(text)?, &kept, &mut lost);
    Ok(lost.into_iter().collect())
}

fn compare(path: &str, ours: &Value, kept: &Value, lost: &mut BTreeSet<String>) {
    match (ours, kept) {
        _ if is_empty(ours) => {}
        (Value::Object(ours), Value::Object(kept)) => {
            for (key, value) in ours {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                // Header names come back in lower case.
                let found = kept.iter().find(|(other, _)| other.eq_ignore_ascii_case(key));
                compare(&path, value, found.map_or(&Value::Null, |(_, other)| other), lost);
            }
        }
        (Value::Array(ours), Value::Array(kept)) if ours.len() == kept.len() => {
            for (ours, kept) in ours.iter().zip(kept) {
                compare(&format!("{path}[]"), ours, kept, lost);
            }
        }
        // A policy's single action or resource comes back as a list.
        (Value::String(_), Value::Array(items)) if items.len() == 1 => compare(path, ours, &items[0], lost),
        _ if same(ours, kept) => {}
        _ => match (embedded(ours), embedded(kept)) {
            (Some(ours), Some(kept)) => compare(path, &ours, &kept, lost),
            _ => _ = lost.insert(path.to_owned()),
        },
    }
}

/// AWS sends many fields as null or empty that the crate leaves out.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn same(ours: &Value, kept: &Value) -> bool {
    match (ours, kept) {
        (Value::Number(ours), Value::Number(kept)) => ours.as_f64() == kept.as_f64(),
        // Some services write the zone as +0000, the crate writes Z.
        (Value::String(ours), Value::String(kept)) => {
            ours == kept || ours.strip_suffix("+0000").is_some_and(|time| kept.strip_suffix('Z') == Some(time))
        }
        // The crate writes some times as text.
        (Value::Number(ours), Value::String(kept)) => ours.to_string() == *kept,
        _ => ours == kept,
    }
}

/// The object of a text that is JSON itself, such as the body of a message.
fn embedded(value: &Value) -> Option<Value> {
    serde_json::from_str(value.as_str()?).ok().filter(Value::is_object)
}

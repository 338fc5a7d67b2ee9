use handlers::serve;
use lambda_runtime::Error;
use serde_json::{Map, Value, json};

/// A value as DynamoDB's JSON has it.
fn marshal(value: &Value) -> Value {
    match value {
        Value::Null => json!({ "NULL": true }),
        Value::Bool(yes) => json!({ "BOOL": yes }),
        Value::Number(number) => json!({ "N": number.to_string() }),
        Value::String(text) => json!({ "S": text }),
        Value::Array(list) => json!({ "L": list.iter().map(marshal).collect::<Vec<_>>() }),
        Value::Object(map) => json!({ "M": marshal_map(map) }),
    }
}

fn marshal_map(map: &Map<String, Value>) -> Map<String, Value> {
    map.iter().map(|(key, one)| (key.clone(), marshal(one))).collect()
}

fn unmarshal(value: &Value) -> Result<Value, Error> {
    let (kind, inner) = value
        .as_object()
        .and_then(|map| map.iter().next())
        .ok_or("a value without its type")?;
    Ok(match (kind.as_str(), inner) {
        ("NULL", _) => Value::Null,
        ("BOOL", Value::Bool(yes)) => Value::Bool(*yes),
        ("N", Value::String(number)) => Value::Number(number.parse()?),
        ("S", Value::String(text)) => Value::String(text.clone()),
        ("L", Value::Array(list)) => Value::Array(list.iter().map(unmarshal).collect::<Result<_, _>>()?),
        ("M", Value::Object(map)) => Value::Object(
            map.iter()
                .map(|(key, one)| Ok((key.clone(), unmarshal(one)?)))
                .collect::<Result<_, Error>>()?,
        ),
        _ => return Err(format!("no type {kind}").into()),
    })
}

fn work(event: Value) -> Result<Value, Error> {
    let items = event["items"].as_array().ok_or("no items")?;
    let marshalled: Vec<Value> = items.iter().map(marshal).collect();
    let back = marshalled.iter().map(unmarshal).collect::<Result<Vec<_>, _>>()?;
    Ok(json!({ "same": &back == items, "items": marshalled }))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    serve(work).await
}

use std::cmp::Reverse;
use std::collections::HashMap;

use handlers::serve;
use lambda_runtime::Error;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Input {
    orders: Vec<Order>,
}

#[derive(Deserialize)]
struct Order {
    customer: String,
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    quantity: u64,
    cents: u64,
}

#[derive(Serialize, Default)]
struct Customer {
    customer: String,
    orders: u64,
    pieces: u64,
    cents: u64,
}

#[derive(Serialize)]
struct Output {
    customers: Vec<Customer>,
    cents: u64,
}

/// What each customer ordered, the best first.
fn transform(Input { orders }: Input) -> Output {
    let mut by_name: HashMap<String, Customer> = HashMap::new();
    for Order { customer, items } in orders {
        let entry = by_name.entry(customer).or_default();
        entry.orders += 1;
        for Item { quantity, cents } in items {
            entry.pieces += quantity;
            entry.cents += quantity * cents;
        }
    }
    let mut customers: Vec<Customer> = by_name
        .into_iter()
        .map(|(customer, sums)| Customer { customer, ..sums })
        .collect();
    customers.sort_by(|a, b| (Reverse(a.cents), &a.customer).cmp(&(Reverse(b.cents), &b.customer)));
    let cents = customers.iter().map(|one| one.cents).sum();
    Output { customers, cents }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    serve(|input| Ok(transform(input))).await
}

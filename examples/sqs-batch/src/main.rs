//! A batch job over SQS with partial failures: messages that could not be processed are named, and come again;
//! the others are done with. The event source mapping needs `FunctionResponseTypes: [ReportBatchItemFailures]`.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use lambda_runtime::{Error, LambdaEvent, run, service_fn, tracing};
use serde::Deserialize;

#[derive(Deserialize)]
struct Order {
    id: u64,
    quantity: u32,
}

fn process(message: &SqsMessage) -> Result<Order, String> {
    let body = message.body.as_deref().unwrap_or_default();
    let order: Order = serde_json::from_str(body).map_err(|error| error.to_string())?;
    if order.quantity == 0 {
        return Err(format!("order {} is of nothing", order.id));
    }
    Ok(order)
}

async fn function_handler(event: LambdaEvent<SqsEvent>) -> Result<SqsBatchResponse, Error> {
    let mut response = SqsBatchResponse::default();
    for message in &event.payload.records {
        let id = message.message_id.clone().unwrap_or_default();
        match process(message) {
            Ok(order) => tracing::info!(order = order.id, order.quantity, "processed"),
            Err(error) => {
                tracing::warn!(message = id, error, "will come again");
                response.add_failure(id);
            }
        }
    }
    Ok(response)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();

    run(service_fn(function_handler)).await
}

{% for import in imports -%}
use {{ import }};
{% endfor %}
/// Receives one `{{ event_type }}` for each invocation.
{% if otel %}#[tracing::instrument(skip_all)]
{% endif %}{{ signature }} {
    let LambdaEvent { payload, context } = event;
    tracing::info!(request_id = context.request_id, "received an event");
    tracing::debug!(?payload);

{% if answer == 'the event' %}    // The service reads its answer in the event: fill in `response`.
    Ok(payload)
{% elsif answer %}    // Fill in the answer that the service waits for.
    Ok({{ answer }}::default())
{% else %}    Ok(())
{% endif -%}
}
{%- if event_file %}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_runtime::Context;

    #[tokio::test]
    async fn handles_the_sample_event() {
{{ sample_statement }}
        let payload = serde_json::from_str(sample).expect("the sample has the event's type");
        let event = LambdaEvent::new(payload, Context::default());
        function_handler(event).await.expect("an answer");
    }
}
{%- endif %}

{% render 'telemetry.rs', http_function: http_function %}

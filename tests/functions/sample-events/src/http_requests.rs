//! What a lambda_http handler sees of the HTTP-like samples.

use lambda_http::{Body, RequestExt, request::RequestContext};
use std::collections::BTreeSet;

struct Expected {
    name: &'static str,
    source: &'static str,
    method: &'static str,
    /// The path of the request's URI; lambda_http puts a named stage in front of it.
    path: &'static str,
    query: &'static [(&'static str, &'static [&'static str])],
    body: &'static str,
}

const fn get(name: &'static str, source: &'static str, path: &'static str) -> Expected {
    Expected { name, source, method: "GET", path, query: &[], body: "" }
}

const fn post(name: &'static str, source: &'static str, path: &'static str, body: &'static str) -> Expected {
    Expected { name, source, method: "POST", path, query: &[], body }
}

impl Expected {
    const fn query(self, query: &'static [(&'static str, &'static [&'static str])]) -> Self {
        Self { query, ..self }
    }
}

const ORDER: &str = r#"{"orderId":"1042","customer":"ada","total":42.5}"#;
const FORM: &str = "customer=ada&total=42.5&note=caf%C3%A9";
const MESSAGE: &str = r#"{"action":"placeOrder","orderId":"1042","customer":"ada","total":42.5}"#;
const TAGS: &[(&str, &[&str])] = &[("name", &["me"]), ("tag", &["books", "rust"])];

const EXPECTED: &[Expected] = &[
    get("alb-health-check", "alb", "/health"),
    get("alb-lambda-target-request-headers-only", "alb", "/orders")
        .query(&[("customer", &["ada"]), ("since", &["2026-05-01"])]),
    post("alb-lambda-target-request-multivalue-headers", "alb", "/orders", ORDER).query(&[("tag", &["books", "rust"])]),
    post("alb-request-base64", "alb", "/orders", FORM),
    post("apigw-console-test-request", "rest", "/test-invoke-stage/orders", ORDER),
    post("apigw-request", "rest", "/prod/customers/ada/orders", ORDER).query(&[("notify", &["email"])]),
    post("apigw-request-base64", "rest", "/prod/orders", FORM),
    get("apigw-request-cognito-authorizer", "rest", "/prod/orders"),
    get("apigw-request-custom-authorizer", "rest", "/prod/orders"),
    get("apigw-request-multi-value-parameters", "rest", "/prod/orders").query(TAGS),
    get("apigw-restapi-openapi-request", "rest", "/prod/orders/1042"),
    post("apigw-v2-request-base64", "http", "/orders", FORM),
    get("apigw-v2-request-iam", "http", "/orders"),
    get("apigw-v2-request-jwt-authorizer", "http", "/orders"),
    get("apigw-v2-request-lambda-authorizer", "http", "/orders"),
    get("apigw-v2-request-multi-value-parameters", "http", "/orders").query(TAGS),
    get("apigw-v2-request-no-authorizer", "http", "/orders/1042").query(&[("expand", &["items"])]),
    post("apigw-v2-request-post", "http", "/orders", ORDER),
    get("apigw-websocket-request", "websocket", "/prod").query(&[("customer", &["ada"])]),
    Expected {
        name: "apigw-websocket-message",
        source: "websocket",
        method: "GET",
        path: "/prod",
        query: &[],
        body: MESSAGE,
    },
    get("apigw-websocket-request-disconnect-route", "websocket", "/prod"),
    get("function-url", "http", "/").query(&[("name", &["Rust"])]),
    post("function-url-base64", "http", "/orders", FORM),
    get("function-url-iam", "http", "/orders"),
    post("function-url-post", "http", "/orders", ORDER),
    get("vpc-lattice-v2-request", "lattice", "/orders").query(TAGS),
    post("vpc-lattice-v2-request-base64", "lattice", "/orders", FORM),
    get("vpc-lattice-v2-request-roles-anywhere", "lattice", "/orders"),
];

fn source_of(context: &RequestContext) -> &'static str {
    match context {
        RequestContext::ApiGatewayV1(_) => "rest",
        RequestContext::ApiGatewayV2(_) => "http",
        RequestContext::Alb(_) => "alb",
        RequestContext::WebSocket(_) => "websocket",
        RequestContext::VpcLattice(_) => "lattice",
        other => panic!("no sample is a {other:?}"),
    }
}

fn text(body: &Body) -> &str {
    match body {
        Body::Empty => "",
        Body::Text(text) => text,
        Body::Binary(bytes) => std::str::from_utf8(bytes).expect("the samples hold text"),
        _ => panic!("no sample has such a body"),
    }
}

#[test]
fn lambda_http_sees_the_request_that_is_shown() {
    for expected in EXPECTED {
        let name = expected.name;
        let request = lambda_http::request::from_str(&crate::read(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(source_of(request.request_context_ref().expect(name)), expected.source, "{name}");
        assert_eq!(request.method(), expected.method, "{name}");
        assert_eq!(request.uri().path(), expected.path, "{name}");
        let query = request.query_string_parameters();
        let keys: BTreeSet<_> = query.iter().map(|(key, _)| key).collect();
        let pairs: Vec<_> = keys.into_iter().map(|key| (key, query.all(key).unwrap_or_default())).collect();
        let wanted: Vec<_> = expected.query.iter().map(|(key, values)| (*key, values.to_vec())).collect();
        assert_eq!(pairs, wanted, "{name}");
        assert_eq!(text(request.body()), expected.body, "{name}");
    }
}

#[test]
fn every_http_like_sample_is_expected_here() {
    const TYPES: &[&str] = &[
        "alb::AlbTargetGroupRequest",
        "apigw::ApiGatewayProxyRequest",
        "apigw::ApiGatewayV2httpRequest",
        "apigw::ApiGatewayWebsocketProxyRequest",
        "lambda_function_urls::LambdaFunctionUrlRequest",
        "vpc_lattice::VpcLatticeRequestV2",
    ];
    let http_like = crate::table::ROWS.iter().filter(|row| TYPES.contains(&crate::plain(row.type_name).as_str()));
    let names: BTreeSet<_> = http_like.map(|row| row.name).collect();
    assert_eq!(EXPECTED.iter().map(|expected| expected.name).collect::<BTreeSet<_>>(), names);
}

#[test]
fn cookies_and_path_parameters_arrive() {
    let request = lambda_http::request::from_str(&crate::read("apigw-v2-request-no-authorizer")).expect("a request");
    assert_eq!(request.headers()["cookie"], "session=s3ss10n; theme=dark");
    assert_eq!(request.path_parameters().first("orderId"), Some("1042"));
    let request = lambda_http::request::from_str(&crate::read("apigw-request")).expect("a request");
    assert_eq!(request.raw_http_path(), "/customers/ada/orders");
    assert_eq!(request.path_parameters().first("customer"), Some("ada"));
    assert_eq!(request.stage_variables().first("table"), Some("orders"));
}

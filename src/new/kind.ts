export const HTTP_FEATURES = ['alb', 'apigw_rest', 'apigw_http', 'apigw_websockets'] as const;
/** A feature of lambda_http: what sends the requests. Without one, a function understands all of them. */
export type HttpFeature = (typeof HTTP_FEATURES)[number];

/** A function may send spans to OpenTelemetry. */
interface Traced {
  readonly otel?: boolean;
}

/** What a project is going to be. */
export type ProjectKind =
  | ({ readonly kind: 'http'; readonly feature?: HttpFeature } & Traced)
  /** One of the types in aws_lambda_events, or `serde_json::Value`. */
  | ({ readonly kind: 'event'; readonly type: string } & Traced)
  /** A function with request and response types of its own. */
  | ({ readonly kind: 'basic' } & Traced)
  | {
      readonly kind: 'extension';
      readonly events: boolean;
      readonly logs: boolean;
      readonly telemetry: boolean;
    }
  | { readonly kind: 'workspace' };

export interface Names {
  /** The package, and the folder unless another was asked for. */
  readonly project: string;
  /** The binary and so the function, when it is not named as the package is. */
  readonly binary?: string;
}

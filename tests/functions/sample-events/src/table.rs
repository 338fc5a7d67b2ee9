//! Every sample with its type, and what that type of the crate is known to drop.

use crate::round_trip::lost;
// The one module that the crate does not offer at its root too.
use aws_lambda_events::event::bedrock_agent_runtime;
use aws_lambda_events::*;
use serde::{Deserialize, Serialize};

pub struct Row {
    pub name: &'static str,
    pub type_name: &'static str,
    /// The paths that AWS sends and the type ignores or gives back in another form.
    pub drops: &'static [&'static str],
    pub round_trip: fn(&str) -> serde_json::Result<Vec<String>>,
}

/// The payload of the samples whose type takes one of the user's own.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Order {
    order_id: String,
    customer: String,
    total: f64,
}

macro_rules! rows {
    ($($name:literal => $type:ty $(, drops [$($path:literal),* $(,)?])?;)*) => {
        pub const ROWS: &[Row] = &[$(Row {
            name: $name,
            type_name: stringify!($type),
            drops: &[$($($path),*)?],
            round_trip: lost::<$type>,
        }),*];
    };
}

rows! {
    "activemq-event" => activemq::ActiveMqEvent;
    "activemq-event-null-properties" => activemq::ActiveMqEvent;
    "alb-health-check" => alb::AlbTargetGroupRequest;
    "alb-lambda-target-request-headers-only" => alb::AlbTargetGroupRequest;
    "alb-lambda-target-request-multivalue-headers" => alb::AlbTargetGroupRequest;
    "alb-lambda-target-response" => alb::AlbTargetGroupResponse;
    "alb-request-base64" => alb::AlbTargetGroupRequest;
    "apigw-console-test-request" => apigw::ApiGatewayProxyRequest, drops ["requestContext.deploymentId", "requestContext.extendedRequestId"];
    "apigw-custom-auth-request" => apigw::ApiGatewayCustomAuthorizerRequest;
    "apigw-custom-auth-request-type-request" => apigw::ApiGatewayCustomAuthorizerRequestTypeRequest;
    "apigw-custom-auth-response" => apigw::ApiGatewayCustomAuthorizerResponse;
    "apigw-custom-auth-response-with-condition" => apigw::ApiGatewayCustomAuthorizerResponse;
    "apigw-custom-auth-response-with-single-value-action" => apigw::ApiGatewayCustomAuthorizerResponse;
    "apigw-request" => apigw::ApiGatewayProxyRequest, drops ["requestContext.deploymentId", "requestContext.extendedRequestId"];
    "apigw-request-base64" => apigw::ApiGatewayProxyRequest, drops ["requestContext.deploymentId", "requestContext.extendedRequestId"];
    "apigw-request-cognito-authorizer" => apigw::ApiGatewayProxyRequest, drops ["requestContext.deploymentId", "requestContext.extendedRequestId"];
    "apigw-request-custom-authorizer" => apigw::ApiGatewayProxyRequest, drops ["requestContext.deploymentId", "requestContext.extendedRequestId"];
    "apigw-request-multi-value-parameters" => apigw::ApiGatewayProxyRequest, drops ["requestContext.deploymentId", "requestContext.extendedRequestId"];
    "apigw-response" => apigw::ApiGatewayProxyResponse;
    "apigw-restapi-openapi-request" => apigw::ApiGatewayProxyRequest, drops ["requestContext.deploymentId", "requestContext.extendedRequestId"];
    "apigw-v2-custom-authorizer-v1-request" => apigw::ApiGatewayV2CustomAuthorizerV1Request;
    "apigw-v2-custom-authorizer-v2-request" => apigw::ApiGatewayV2CustomAuthorizerV2Request;
    "apigw-v2-custom-authorizer-v2-request-without-cookies" => apigw::ApiGatewayV2CustomAuthorizerV2Request;
    "apigw-v2-custom-authorizer-websocket-request" => apigw::ApiGatewayCustomAuthorizerRequestTypeRequest, drops ["requestContext.connectedAt", "requestContext.connectionId", "requestContext.domainName", "requestContext.eventType", "requestContext.extendedRequestId", "requestContext.identity.userAgent", "requestContext.messageDirection", "requestContext.requestTime", "requestContext.requestTimeEpoch", "requestContext.routeKey"];
    "apigw-v2-request-base64" => apigw::ApiGatewayV2httpRequest;
    "apigw-v2-request-iam" => apigw::ApiGatewayV2httpRequest;
    "apigw-v2-request-jwt-authorizer" => apigw::ApiGatewayV2httpRequest;
    "apigw-v2-request-lambda-authorizer" => apigw::ApiGatewayV2httpRequest;
    "apigw-v2-request-multi-value-parameters" => apigw::ApiGatewayV2httpRequest;
    "apigw-v2-request-no-authorizer" => apigw::ApiGatewayV2httpRequest;
    "apigw-v2-request-post" => apigw::ApiGatewayV2httpRequest;
    "apigw-websocket-message" => apigw::ApiGatewayWebsocketProxyRequest;
    "apigw-websocket-request" => apigw::ApiGatewayWebsocketProxyRequest;
    "apigw-websocket-request-disconnect-route" => apigw::ApiGatewayWebsocketProxyRequest;
    "appsync-batchinvoke" => appsync::AppSyncResolverTemplate;
    "appsync-direct-resolver" => appsync::AppSyncDirectResolverEvent;
    "appsync-direct-resolver-cognito" => appsync::AppSyncDirectResolverEvent, drops ["identity.claims", "identity.defaultAuthStrategy", "identity.groups", "identity.issuer", "identity.sub"];
    "appsync-identity-cognito" => appsync::AppSyncCognitoIdentity, drops ["groups"];
    "appsync-identity-iam" => appsync::AppSyncIamIdentity;
    "appsync-invoke" => appsync::AppSyncResolverTemplate;
    "appsync-lambda-auth-request" => appsync::AppSyncLambdaAuthorizerRequest;
    "appsync-lambda-auth-response" => appsync::AppSyncLambdaAuthorizerResponse;
    "autoscaling-event-launch-successful" => autoscaling::AutoScalingEvent;
    "autoscaling-event-launch-unsuccessful" => autoscaling::AutoScalingEvent;
    "autoscaling-event-lifecycle-action" => autoscaling::AutoScalingEvent;
    "autoscaling-event-terminate-action" => autoscaling::AutoScalingEvent;
    "autoscaling-event-terminate-successful" => autoscaling::AutoScalingEvent;
    "autoscaling-event-terminate-unsuccessful" => autoscaling::AutoScalingEvent;
    "bedrock-agent-runtime-event" => bedrock_agent_runtime::AgentEvent;
    "bedrock-agent-runtime-event-without-parameters" => bedrock_agent_runtime::AgentEvent;
    "bedrock-agent-runtime-event-without-request-body" => bedrock_agent_runtime::AgentEvent;
    "chime_bot-event" => chime_bot::ChimeBotEvent;
    "clientvpn-connectionhandler-request" => clientvpn::ClientVpnConnectionHandlerRequest;
    "cloudformation-custom-resource-create-request" => cloudformation::CloudFormationCustomResourceRequest;
    "cloudformation-custom-resource-delete-request" => cloudformation::CloudFormationCustomResourceRequest;
    "cloudformation-custom-resource-provider-create-request" => cloudformation::provider::CloudFormationCustomResourceRequest;
    "cloudformation-custom-resource-provider-delete-request" => cloudformation::provider::CloudFormationCustomResourceRequest;
    "cloudformation-custom-resource-provider-response" => cloudformation::provider::CloudFormationCustomResourceResponse;
    "cloudformation-custom-resource-provider-update-request" => cloudformation::provider::CloudFormationCustomResourceRequest;
    "cloudformation-custom-resource-response" => cloudformation::CloudFormationCustomResourceResponse;
    "cloudformation-custom-resource-update-request" => cloudformation::CloudFormationCustomResourceRequest;
    "cloudwatch-alarm-composite" => cloudwatch_alarms::CloudWatchCompositeAlarm;
    "cloudwatch-alarm-composite-with-suppressor-alarm" => cloudwatch_alarms::CloudWatchCompositeAlarm;
    "cloudwatch-alarm-metric" => cloudwatch_alarms::CloudWatchMetricAlarm;
    "cloudwatch-alarm-sns-payload-multiple-metrics" => sns::SnsEventObj<sns::CloudWatchAlarmPayload>, drops ["Records[].Sns.Message.AlarmActions", "Records[].Sns.Message.AlarmConfigurationUpdatedTimestamp"];
    "cloudwatch-alarm-sns-payload-single-metric" => sns::SnsEventObj<sns::CloudWatchAlarmPayload>, drops ["Records[].Sns.Message.AlarmActions", "Records[].Sns.Message.AlarmConfigurationUpdatedTimestamp"];
    "cloudwatch-cloudtrail-assumed-role" => cloudwatch_events::cloudtrail::AWSAPICall;
    "cloudwatch-cloudtrail-unknown-federate" => cloudwatch_events::cloudtrail::AWSAPICall;
    "cloudwatch-cloudtrail-unknown-user-auth" => cloudwatch_events::cloudtrail::AWSAPICall;
    "cloudwatch-event" => cloudwatch_events::CloudWatchEvent<cloudwatch_events::cloudtrail::AWSAPICall>;
    "cloudwatch_logs-event" => cloudwatch_logs::LogsEvent, drops ["awslogs.data"];
    "code_commit-event" => code_commit::CodeCommitEvent;
    "codebuild-phase-change" => codebuild::CodeBuildEvent;
    "codebuild-state-change" => codebuild::CodeBuildEvent;
    "codedeploy-deployment-event" => codedeploy::CodeDeployEvent;
    "codedeploy-instance-event" => codedeploy::CodeDeployEvent;
    "codedeploy-lifecycle-event" => codedeploy::CodeDeployLifecycleEvent;
    "codepipeline-action-execution-stage-change-event" => codepipeline_cloudwatch::CodePipelineCloudWatchEvent;
    "codepipeline-execution-stage-change-event" => codepipeline_cloudwatch::CodePipelineCloudWatchEvent;
    "codepipeline-execution-state-change-event" => codepipeline_cloudwatch::CodePipelineCloudWatchEvent;
    "codepipeline_job-event" => codepipeline_job::CodePipelineJobEvent;
    "cognito-event" => cognito::CognitoEvent;
    "cognito-event-userpools-create-auth-challenge" => cognito::CognitoEventUserPoolsCreateAuthChallenge;
    "cognito-event-userpools-create-auth-challenge-user-not-found" => cognito::CognitoEventUserPoolsCreateAuthChallenge;
    "cognito-event-userpools-custommessage" => cognito::CognitoEventUserPoolsCustomMessage;
    "cognito-event-userpools-define-auth-challenge" => cognito::CognitoEventUserPoolsDefineAuthChallenge;
    "cognito-event-userpools-define-auth-challenge-user-not-found" => cognito::CognitoEventUserPoolsDefineAuthChallenge;
    "cognito-event-userpools-migrateuser" => cognito::CognitoEventUserPoolsMigrateUser;
    "cognito-event-userpools-postauthentication" => cognito::CognitoEventUserPoolsPostAuthentication;
    "cognito-event-userpools-postconfirmation" => cognito::CognitoEventUserPoolsPostConfirmation;
    "cognito-event-userpools-preauthentication" => cognito::CognitoEventUserPoolsPreAuthentication, drops ["request.userNotFound"];
    "cognito-event-userpools-presignup" => cognito::CognitoEventUserPoolsPreSignup;
    "cognito-event-userpools-pretokengen" => cognito::CognitoEventUserPoolsPreTokenGen;
    "cognito-event-userpools-pretokengen-null-group-configuration" => cognito::CognitoEventUserPoolsPreTokenGen;
    "cognito-event-userpools-pretokengen-v2" => cognito::CognitoEventUserPoolsPreTokenGenV2;
    "cognito-event-userpools-pretokengen-v2-null-group-configuration" => cognito::CognitoEventUserPoolsPreTokenGenV2;
    "cognito-event-userpools-verify-auth-challenge" => cognito::CognitoEventUserPoolsVerifyAuthChallenge;
    "cognito-event-userpools-verify-auth-challenge-user-not-found" => cognito::CognitoEventUserPoolsVerifyAuthChallenge;
    "config-event" => config::ConfigEvent;
    "connect-event" => connect::ConnectEvent;
    "connect-event-without-queue" => connect::ConnectEvent;
    "controltower-create-managed-account" => controltower::ControlTowerLifecycleEvent;
    "controltower-deregister-organizational-unit" => controltower::ControlTowerLifecycleEvent;
    "controltower-disable-baseline" => controltower::ControlTowerLifecycleEvent;
    "controltower-disable-guardrail" => controltower::ControlTowerLifecycleEvent;
    "controltower-enable-baseline" => controltower::ControlTowerLifecycleEvent;
    "controltower-enable-guardrail" => controltower::ControlTowerLifecycleEvent;
    "controltower-precheck-organizational-unit" => controltower::ControlTowerLifecycleEvent;
    "controltower-register-organizational-unit" => controltower::ControlTowerLifecycleEvent;
    "controltower-reset-enabled-baseline" => controltower::ControlTowerLifecycleEvent;
    "controltower-setup-landing-zone" => controltower::ControlTowerLifecycleEvent;
    "controltower-update-enabled-baseline" => controltower::ControlTowerLifecycleEvent;
    "controltower-update-landing-zone" => controltower::ControlTowerLifecycleEvent;
    "controltower-update-managed-account" => controltower::ControlTowerLifecycleEvent;
    "documentdb-delete-event" => documentdb::DocumentDbEvent;
    "documentdb-drop-database-event" => documentdb::DocumentDbEvent;
    "documentdb-drop-event" => documentdb::DocumentDbEvent;
    "documentdb-insert-event" => documentdb::DocumentDbEvent, drops ["events[].event.fullDocument"];
    "documentdb-invalidate-event" => documentdb::DocumentDbEvent;
    "documentdb-rename-event" => documentdb::DocumentDbEvent;
    "documentdb-replace-event" => documentdb::DocumentDbEvent, drops ["events[].event.fullDocument"];
    "documentdb-update-event" => documentdb::DocumentDbEvent;
    "dynamodb-event" => dynamodb::Event;
    "dynamodb-event-null-items" => dynamodb::Event;
    "dynamodb-event-record-with-optional-fields" => dynamodb::EventRecord;
    "dynamodb-event-time-window" => dynamodb::TimeWindowEvent;
    "dynamodb-event-ttl" => dynamodb::Event;
    "ecr-image-scan-event" => ecr_scan::EcrScanEvent;
    "ecr-image-scan-event-with-missing-severities" => ecr_scan::EcrScanEvent;
    "eventbridge-event" => eventbridge::EventBridgeEvent<Order>;
    "eventbridge-event-obj" => eventbridge::EventBridgeEvent<cloudwatch_events::ec2::InstanceStateChange>;
    "eventbridge-s3-object-created" => eventbridge::EventBridgeEvent;
    "eventbridge-schedule" => eventbridge::EventBridgeEvent;
    "firehose-event" => firehose::KinesisFirehoseEvent;
    "function-url" => lambda_function_urls::LambdaFunctionUrlRequest, drops ["requestContext.routeKey", "requestContext.stage", "routeKey"];
    "function-url-base64" => lambda_function_urls::LambdaFunctionUrlRequest, drops ["requestContext.routeKey", "requestContext.stage", "routeKey"];
    "function-url-iam" => lambda_function_urls::LambdaFunctionUrlRequest, drops ["requestContext.authorizer.iam.principalOrgId", "requestContext.routeKey", "requestContext.stage", "routeKey"];
    "function-url-post" => lambda_function_urls::LambdaFunctionUrlRequest, drops ["requestContext.routeKey", "requestContext.stage", "routeKey"];
    "iot-custom-auth-request" => iot::IoTCoreCustomAuthorizerRequest;
    "iot-custom-auth-request-x509" => iot::IoTCoreCustomAuthorizerRequest;
    "iot-custom-auth-response" => iot::IoTCoreCustomAuthorizerResponse;
    "iot_1_click-event" => iot_1_click::IoTOneClickEvent;
    "iot_button-event" => iot_button::IoTButtonEvent;
    "iot_deprecated-custom-auth-request" => iot_deprecated::IoTCustomAuthorizerRequest;
    "kafka-event" => kafka::KafkaEvent;
    "kafka-event-self-managed" => kafka::KafkaEvent;
    "kinesis-event" => kinesis::KinesisEvent;
    "kinesis-event-encrypted" => kinesis::KinesisEvent;
    "kinesis-event-time-window" => kinesis::KinesisTimeWindowEvent;
    "kinesis-firehose-event" => firehose::KinesisFirehoseEvent;
    "kinesis-firehose-response" => firehose::KinesisFirehoseResponse;
    "kinesis_analytics-event" => kinesis_analytics::KinesisAnalyticsOutputDeliveryEvent;
    "lex-event" => lex::LexEvent;
    "lex-response" => lex::LexEvent;
    "rabbitmq-event" => rabbitmq::RabbitMqEvent;
    "s3-event" => s3::S3Event;
    "s3-event-delete" => s3::S3Event;
    "s3-event-with-decoded" => s3::S3Event;
    "s3-object-lambda-event-get-object-assumed-role" => s3::object_lambda::S3ObjectLambdaEvent;
    "s3-object-lambda-event-get-object-iam" => s3::object_lambda::S3ObjectLambdaEvent;
    "s3-object-lambda-event-head-object-iam" => s3::object_lambda::S3ObjectLambdaEvent;
    "s3-object-lambda-event-list-objects-iam" => s3::object_lambda::S3ObjectLambdaEvent;
    "s3-object-lambda-event-list-objects-v2-iam" => s3::object_lambda::S3ObjectLambdaEvent;
    "s3_batch_job-event" => s3_batch_job::S3BatchJobEvent;
    "secretsmanager-secret-rotation-event" => secretsmanager::SecretsManagerSecretRotationEvent;
    "ses-bcc-event" => ses::SimpleEmailEvent;
    "ses-lambda-event" => ses::SimpleEmailEvent;
    "ses-s3-event" => ses::SimpleEmailEvent;
    "ses-sns-event" => ses::SimpleEmailEvent;
    "sns-event" => sns::SnsEvent;
    "sns-event-obj" => sns::SnsEventObj<Order>;
    "sns-subscription-confirmation" => sns::SnsSubscriptionMessage;
    "sns-unsubscribe-confirmation" => sns::SnsSubscriptionMessage;
    "sqs-api-event" => sqs::SqsApiEvent, drops ["messages[].MD5OfBody"];
    "sqs-api-event-obj" => sqs::SqsApiEventObj<Order>, drops ["Messages[].MD5OfBody"];
    "sqs-batch-response" => sqs::SqsBatchResponse;
    "sqs-event" => sqs::SqsEvent;
    "sqs-event-fifo" => sqs::SqsEvent;
    "sqs-event-obj" => sqs::SqsEventObj<Order>;
    "sqs-event-text" => sqs::SqsEvent;
    "vpc-lattice-response" => vpc_lattice::VpcLatticeResponse;
    "vpc-lattice-v1-request" => vpc_lattice::VpcLatticeRequestV1;
    "vpc-lattice-v2-request" => vpc_lattice::VpcLatticeRequestV2;
    "vpc-lattice-v2-request-base64" => vpc_lattice::VpcLatticeRequestV2;
    "vpc-lattice-v2-request-roles-anywhere" => vpc_lattice::VpcLatticeRequestV2;
}

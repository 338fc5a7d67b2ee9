import type { Cors as SdkCors } from '@aws-sdk/client-lambda';
import type { Cors, UrlSettings } from '../../deploy/configuration.js';
import { eventSourceCreation, eventSourceInput } from './event-source-mapping.js';
import { orNull } from './problems.js';
import type { Writers } from './writers.js';

/** Calls about what belongs to an alias: its URL, who may call it, its events and where they come from. */
export const aliasWriters: Writers<
  | 'create-url'
  | 'update-url'
  | 'delete-url'
  | 'add-permission'
  | 'remove-permission'
  | 'put-events'
  | 'delete-events'
  | 'put-provisioned-concurrency'
  | 'create-event-source'
  | 'update-event-source'
  | 'delete-event-source'
> = {
  async 'create-url'(clients, { function: name, alias, settings }) {
    const lambda = await clients.lambda();
    const { CreateFunctionUrlConfigCommand } = await import('@aws-sdk/client-lambda');
    const cors = settings.cors === null ? {} : { Cors: corsInput(settings.cors) };
    const answer = await lambda.send(
      new CreateFunctionUrlConfigCommand({
        FunctionName: name,
        Qualifier: alias,
        ...urlInput(settings),
        ...cors,
      }),
    );
    return { url: answer.FunctionUrl };
  },

  async 'update-url'(clients, { function: name, alias, settings }) {
    const lambda = await clients.lambda();
    const { UpdateFunctionUrlConfigCommand } = await import('@aws-sdk/client-lambda');
    const answer = await lambda.send(
      new UpdateFunctionUrlConfigCommand({
        FunctionName: name,
        Qualifier: alias,
        ...urlInput(settings),
        // An empty one takes it away.
        Cors: settings.cors === null ? {} : corsInput(settings.cors),
      }),
    );
    return { url: answer.FunctionUrl };
  },

  async 'delete-url'(clients, { function: name, alias }) {
    const lambda = await clients.lambda();
    const { DeleteFunctionUrlConfigCommand } = await import('@aws-sdk/client-lambda');
    await orNull(lambda.send(new DeleteFunctionUrlConfigCommand({ FunctionName: name, Qualifier: alias })));
    return {};
  },

  async 'add-permission'(clients, { function: name, alias, statement }) {
    const lambda = await clients.lambda();
    const { AddPermissionCommand } = await import('@aws-sdk/client-lambda');
    await lambda.send(
      new AddPermissionCommand({
        FunctionName: name,
        Qualifier: alias,
        StatementId: statement.id,
        Action: statement.action,
        Principal: statement.principal,
        ...(statement.sourceArn !== null && { SourceArn: statement.sourceArn }),
        ...(statement.urlAuth !== null && { FunctionUrlAuthType: statement.urlAuth }),
        ...(statement.viaUrlOnly && { InvokedViaFunctionUrl: true }),
      }),
    );
    return {};
  },

  async 'remove-permission'(clients, { function: name, alias, id }) {
    const lambda = await clients.lambda();
    const { RemovePermissionCommand } = await import('@aws-sdk/client-lambda');
    await orNull(
      lambda.send(new RemovePermissionCommand({ FunctionName: name, Qualifier: alias, StatementId: id })),
    );
    return {};
  },

  async 'put-events'(clients, { function: name, alias, settings }) {
    const lambda = await clients.lambda();
    const { PutFunctionEventInvokeConfigCommand } = await import('@aws-sdk/client-lambda');
    const { onSuccess, onFailure, maximumRetryAttempts, maximumEventAgeSeconds } = settings;
    await lambda.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName: name,
        Qualifier: alias,
        ...(maximumRetryAttempts !== null && { MaximumRetryAttempts: maximumRetryAttempts }),
        ...(maximumEventAgeSeconds !== null && { MaximumEventAgeInSeconds: maximumEventAgeSeconds }),
        ...((onSuccess !== null || onFailure !== null) && {
          DestinationConfig: {
            ...(onSuccess !== null && { OnSuccess: { Destination: onSuccess } }),
            ...(onFailure !== null && { OnFailure: { Destination: onFailure } }),
          },
        }),
      }),
    );
    return {};
  },

  async 'delete-events'(clients, { function: name, alias }) {
    const lambda = await clients.lambda();
    const { DeleteFunctionEventInvokeConfigCommand } = await import('@aws-sdk/client-lambda');
    await orNull(
      lambda.send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName: name, Qualifier: alias })),
    );
    return {};
  },

  async 'put-provisioned-concurrency'(clients, { function: name, alias, value }) {
    const lambda = await clients.lambda();
    const sdk = await import('@aws-sdk/client-lambda');
    const of = { FunctionName: name, Qualifier: alias };
    if (value === null) {
      await orNull(lambda.send(new sdk.DeleteProvisionedConcurrencyConfigCommand(of)));
      return {};
    }
    await lambda.send(
      new sdk.PutProvisionedConcurrencyConfigCommand({ ...of, ProvisionedConcurrentExecutions: value }),
    );
    return {};
  },

  async 'create-event-source'(clients, { aliasArn, source, tags }) {
    const lambda = await clients.lambda();
    const { CreateEventSourceMappingCommand } = await import('@aws-sdk/client-lambda');
    await lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: aliasArn,
        ...eventSourceCreation(source),
        Tags: { ...tags },
      }),
    );
    return {};
  },

  async 'update-event-source'(clients, { uuid, source, dropsDestination }) {
    const lambda = await clients.lambda();
    const { UpdateEventSourceMappingCommand } = await import('@aws-sdk/client-lambda');
    await lambda.send(
      new UpdateEventSourceMappingCommand({
        UUID: uuid,
        ...eventSourceInput(source),
        // Said only then: AWS takes no destination that is empty (github.com/aws-controllers-k8s/community/issues/2865).
        ...(dropsDestination && { DestinationConfig: {} }),
      }),
    );
    return {};
  },

  async 'delete-event-source'(clients, { uuid }) {
    const lambda = await clients.lambda();
    const { DeleteEventSourceMappingCommand } = await import('@aws-sdk/client-lambda');
    await orNull(lambda.send(new DeleteEventSourceMappingCommand({ UUID: uuid })));
    return {};
  },
};

function urlInput({ auth, invokeMode }: UrlSettings) {
  return { AuthType: auth, InvokeMode: invokeMode } as const;
}

function corsInput(cors: Cors): SdkCors {
  return {
    AllowOrigins: [...cors.allowOrigins],
    AllowMethods: [...cors.allowMethods],
    AllowHeaders: [...cors.allowHeaders],
    ExposeHeaders: [...cors.exposeHeaders],
    AllowCredentials: cors.allowCredentials,
    ...(cors.maxAgeSeconds !== null && { MaxAge: cors.maxAgeSeconds }),
  };
}

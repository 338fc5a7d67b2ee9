/** The prefix of a service's actions in policies, by which its clients are known here too. */
export type Service = 'lambda' | 'iam' | 'logs' | 's3' | 'sts' | 'events' | 'cloudwatch';

/** Where the action that a policy has to allow is not called as the operation (service authorization reference). */
const OTHER: Readonly<Record<string, string>> = {
  'lambda:Invoke': 'lambda:InvokeFunction',
  's3:HeadBucket': 's3:ListBucket',
  's3:HeadObject': 's3:GetObject',
  's3:ListObjectsV2': 's3:ListBucket',
};

/** What a policy has to allow for a command of the SDK: `GetFunctionCommand` needs `lambda:GetFunction`. */
function actionOf(service: Service, command: string): string {
  const action = `${service}:${command.replace(/Command$/, '')}`;
  return OTHER[action] ?? action;
}

/** Errors of calls by the action that they needed: AWS does not always say which it was. */
const NEEDED = new WeakMap<object, string>();

export function neededBy(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null ? NEEDED.get(error) : undefined;
}

/** Goes around each call of a client. */
export function noting(service: Service) {
  return <A, R>(next: (args: A) => Promise<R>, { commandName = '' }: { readonly commandName?: string }) =>
    async (args: A): Promise<R> => {
      try {
        return await next(args);
      } catch (error) {
        if (typeof error === 'object' && error !== null) NEEDED.set(error, actionOf(service, commandName));
        throw error;
      }
    };
}

/**
 * The SDK warns on stderr that its future versions will want a newer Node.js. Ours is pinned, so there is nothing
 * that a user could do about it. Called before the SDK is loaded.
 */
export function quietSdk(): void {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
}
